import type { EmailHeader } from "./types.ts";

const BULK: ReadonlySet<string> = new Set(["bulk", "junk", "list"]);

/**
 * Whether a machine wrote an e-mail: an out-of-office note, a bounce, a newsletter. Do not answer
 * those, or two machines write to each other for ever.
 *
 * @param headers As `postal-mime` has them.
 *
 * @example
 * const parsed = await PostalMime.parse(await email.getRaw());
 * if (isAutoReplyEmail(parsed.headers)) return;
 */
export function isAutoReplyEmail(headers: EmailHeader[]): boolean {
  return headers.some(({ key, value }) => {
    switch (key.toLowerCase()) {
      case "auto-submitted":
        // RFC 3834: a keyword, and parameters after a semicolon. `no` is the only one for people.
        return (value.split(";", 1)[0] ?? "").trim().toLowerCase() !== "no";
      case "x-auto-response-suppress":
        return true;
      case "precedence":
        return BULK.has(value.trim().toLowerCase());
      default:
        return false;
    }
  });
}
