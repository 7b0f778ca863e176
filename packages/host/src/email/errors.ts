import { FreeholdError } from "../errors.ts";

/** What is wrong with a message that was to be sent. The codes are those that Cloudflare documents. */
export const refusals = {
  missing: (field: string, help: string) =>
    new FreeholdError("E_FIELD_MISSING", `The email has no \`${field}\`.`, { help }),
  invalid: (what: string, help: string) =>
    new FreeholdError("E_VALIDATION_ERROR", `The email cannot be sent: ${what}.`, { help }),
  tooManyRecipients: (most: number) =>
    new FreeholdError("E_TOO_MANY_RECIPIENTS", `An email goes to at most ${most} addresses.`, {
      help: "Send several: `to`, `cc` and `bcc` count together.",
    }),
  tooManyAttachments: (most: number) =>
    new FreeholdError("E_TOO_MANY_ATTACHMENTS", `An email has at most ${most} attachments.`, {
      help: "Pack files together, or send links.",
    }),
  tooLarge: () =>
    new FreeholdError("E_CONTENT_TOO_LARGE", "An email may have at most 25 MiB.", {
      help: "Send large files by a link.",
    }),
  headerNotAllowed: (name: string) =>
    new FreeholdError("E_HEADER_NOT_ALLOWED", `The header ${name} is the host's to set.`, {
      help: "Leave it out of `headers`.",
    }),
  headerHasField: (name: string, field: string) =>
    new FreeholdError("E_HEADER_USE_API_FIELD", `The header ${name} has a field of its own.`, {
      help: `Use \`${field}\`, and leave it out of \`headers\`.`,
    }),
  headerName: () =>
    new FreeholdError("E_HEADER_NAME_INVALID", "A header has a name that emails do not allow.", {
      help: "Use letters, digits and dashes.",
    }),
  headerValue: (name: string) =>
    new FreeholdError(
      "E_HEADER_VALUE_INVALID",
      `The header ${name} has a value that emails do not allow.`,
      {
        help: "Give text without line breaks and other control characters.",
      },
    ),
  headersTooLarge: (most: number) =>
    new FreeholdError("E_HEADERS_TOO_LARGE", `Headers may have ${most} bytes together.`, {
      help: "Put what is long into the text.",
    }),
  notDelivered: (why: string, cause?: unknown) =>
    new FreeholdError("E_DELIVERY_FAILED", `The email was not delivered: ${why}.`, {
      help: "Look at `email` of freehold.config.ts; sending again may help.",
      ...(cause !== undefined && { cause }),
    }),
} as const;
