const UNITS_MS: Readonly<Record<string, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 2_592_000_000,
  year: 31_557_600_000,
};

const TEXT = /^(\d+(?:\.\d+)?) (second|minute|hour|day|week|month|year)s?$/;

/**
 * A length of time in milliseconds: a number is one already, a text is a number and a unit
 * (`"30 seconds"`, `"1.5 hours"`). `undefined` for all else. A month has 30 days and a year 365.25.
 */
export function toMilliseconds(duration: unknown): number | undefined {
  if (typeof duration === "number") return Number.isFinite(duration) ? duration : undefined;
  if (typeof duration !== "string") return undefined;
  const [, amount, unit = ""] = TEXT.exec(duration) ?? [];
  const unitMs = UNITS_MS[unit];
  return amount === undefined || unitMs === undefined ? undefined : Number(amount) * unitMs;
}
