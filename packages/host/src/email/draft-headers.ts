import { refusals } from "./errors.ts";
import type { HeaderLine } from "./head.ts";

/** Those that say how the message is read or which way it went. */
const OURS = new Set([
  ...["date", "message-id", "mime-version", "content-type", "content-transfer-encoding"],
  ...["content-disposition", "content-id", "dkim-signature", "return-path", "received", "sender"],
]);
const FIELDS: ReadonlyMap<string, string> = new Map([
  ...[
    ["from", "from"],
    ["to", "to"],
    ["cc", "cc"],
    ["bcc", "bcc"],
    ["subject", "subject"],
  ],
  ["reply-to", "replyTo"],
] as [string, string][]);

const NAME = /^[!-9;-~]{1,100}$/;
/** All headers together, in bytes: Cloudflare's limit. */
const MAX_HEADERS_BYTES = 16 * 1024;

/**
 * The headers that a program adds.
 *
 * @throws FreeholdError `E_HEADER_…`, `E_HEADERS_TOO_LARGE`, `E_VALIDATION_ERROR`
 */
export function draftHeaders(headers: unknown): readonly HeaderLine[] {
  if (headers === undefined || headers === null) return [];
  if (typeof headers !== "object" || Array.isArray(headers)) {
    throw refusals.invalid("`headers` is no object", "Give an object of names and values.");
  }
  const entries: [string, unknown][] =
    headers instanceof Headers ? [...headers] : Object.entries(headers);
  const lines = entries.map(([name, value]) => headerLine(name, value));
  const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line.join(": ")) + 2, 0);
  if (bytes > MAX_HEADERS_BYTES) throw refusals.headersTooLarge(MAX_HEADERS_BYTES);
  return lines;
}

function headerLine(name: string, value: unknown): HeaderLine {
  if (!NAME.test(name)) throw refusals.headerName();
  const known = name.toLowerCase();
  const field = FIELDS.get(known);
  if (field !== undefined) throw refusals.headerHasField(name, field);
  if (OURS.has(known)) throw refusals.headerNotAllowed(name);
  return [name, headerValue(name, value)];
}

/**
 * A value that stays on its line.
 *
 * @throws FreeholdError `E_HEADER_VALUE_INVALID`
 */
export function headerValue(name: string, value: unknown): string {
  if (typeof value === "string" && !/[^\t\P{Cc}]/u.test(value)) return value;
  throw refusals.headerValue(name);
}
