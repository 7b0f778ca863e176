type Input = Readonly<Record<string, unknown>>;

const SIGNS: Readonly<Record<string, string>> = { "*": "×", "/": "÷", "-": "−" };

/** What each tool of `src/agent/tools.ts` does, in words. A tool without any is named as it is. */
const WORDS: Readonly<Record<string, (input: Input) => string>> = {
  getWeather: ({ city = "…" }) => `Weather in ${city}`,
  getUserTimezone: () => "Your browser's time and time zone",
  calculate: ({ a = "…", operator = "", b = "" }) =>
    `Calculate ${a} ${SIGNS[`${operator}`] ?? operator} ${b}`,
  scheduleTask: ({ description = "…" }) => `Schedule: ${description}`,
  getScheduledTasks: () => "Look at what is scheduled",
  cancelScheduledTask: () => "Cancel a scheduled task",
};

export function describeTool(name: string, input: unknown): string {
  const record = typeof input === "object" && input !== null ? (input as Input) : {};
  return WORDS[name]?.(record) ?? name;
}
