/** Tokens of one request. */
export interface Usage {
  readonly input: number;
  readonly output: number;
}

/** Names that providers give to counts. */
const INPUT = ["prompt_tokens", "input_tokens", "promptTokenCount"];
const OUTPUT = ["completion_tokens", "output_tokens", "candidatesTokenCount"];
const HOLDERS = ["usage", "usageMetadata"];

/** Reads what an answer says it cost in tokens; `undefined` when it says nothing. */
export function usageOf(body: string, isStream: boolean): Usage | undefined {
  if (!isStream) {
    const value = parse(body);
    return usageIn(value) ?? usageIn(field(value, "result"));
  }
  let [input, output]: (number | undefined)[] = [];
  for (const line of body.split("\n")) {
    // Most events have none: they are not parsed.
    if (!line.startsWith("data:") || !line.includes("usage")) continue;
    const value = parse(line.slice("data:".length));
    const usage =
      usageIn(value) ?? usageIn(field(value, "message")) ?? usageIn(field(value, "response"));
    if (usage === undefined) continue;
    input = Math.max(input ?? 0, usage.input);
    output = Math.max(output ?? 0, usage.output);
  }
  return input === undefined ? undefined : { input, output: output ?? 0 };
}

/** A guess where a provider says nothing: four characters are a token, about. */
export function guessedUsage(prompt: string, answer: string): Usage {
  return { input: Math.ceil(prompt.length / 4), output: Math.ceil(answer.length / 4) };
}

function usageIn(value: unknown): Usage | undefined {
  for (const holder of HOLDERS) {
    const usage = field(value, holder);
    const [input, output] = [count(usage, INPUT), count(usage, OUTPUT)];
    if (input !== undefined || output !== undefined) {
      return { input: input ?? 0, output: output ?? 0 };
    }
  }
  return undefined;
}

function count(usage: unknown, names: readonly string[]): number | undefined {
  return names.map((name) => field(usage, name)).find((value) => typeof value === "number") as
    | number
    | undefined;
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
