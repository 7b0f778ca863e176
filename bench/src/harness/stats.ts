/** Latencies are in milliseconds. */
export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Rounds to `digits`; numbers that are not finite become null, as JSON has none. */
export function round(value: number, digits = 3): number | null {
  return Number.isFinite(value) ? Math.round(value * 10 ** digits) / 10 ** digits : null;
}

/** The smallest sample that at least the share `q` of all samples do not exceed. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const index = Math.ceil(q * sorted.length) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, index))]!;
}

/** `p50_ms`, `p90_ms`, `p99_ms` and `max_ms`, with an optional prefix on the names. */
export function summary(samples: readonly number[], prefix = ""): Record<string, number | null> {
  const sorted = Float64Array.from(samples).sort();
  const name = (figure: string) => (prefix === "" ? figure : `${prefix}_${figure}`);
  return {
    [name("p50_ms")]: round(quantile(sorted, 0.5)),
    [name("p90_ms")]: round(quantile(sorted, 0.9)),
    [name("p99_ms")]: round(quantile(sorted, 0.99)),
    [name("max_ms")]: round(sorted.at(-1) ?? Number.NaN),
  };
}

/** Operations a second. */
export const rate = (count: number, milliseconds: number): number | null =>
  round((count / milliseconds) * 1000, 1);

/** CPU microseconds for one operation. Some cost less than ten. */
export const cpuPerOperation = (milliseconds: number, count: number): number | null =>
  round((milliseconds * 1000) / count, 2);

/** Syncs for one operation; null where the server does not count them. */
export function syncsPerOperation(
  before: number | undefined,
  after: number | undefined,
  count: number,
): number | null {
  return before === undefined || after === undefined ? null : round((after - before) / count);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Runs `job(0)` to `job(count - 1)`, `width` at a time. */
export async function pool(
  count: number,
  width: number,
  job: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await job(next++);
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, worker));
}
