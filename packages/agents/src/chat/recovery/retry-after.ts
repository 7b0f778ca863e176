/**
 * How long a provider asks to be left alone.
 *
 * @module
 */

/** How deep a chain of causes is followed. */
const MAX_CAUSES = 8;

/** Seconds of a `Retry-After` or `retry-after-ms` header of the failed response, if there is one. */
export function retryAfterSeconds(thrown: unknown): number | undefined {
  let error = thrown;
  for (let depth = 0; depth <= MAX_CAUSES && isFields(error); depth++) {
    const headers = headersOf(error.responseHeaders ?? error.headers);
    const milliseconds = positive(headers?.("retry-after-ms"));
    if (milliseconds !== undefined) return milliseconds / 1000;
    const seconds = positive(headers?.("retry-after"));
    if (seconds !== undefined) return seconds;
    error = error.cause;
  }
  return undefined;
}

function headersOf(value: unknown): ((name: string) => unknown) | undefined {
  if (value instanceof Headers) return (name) => value.get(name);
  return isFields(value) ? (name) => value[name] : undefined;
}

function positive(value: unknown): number | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
