import { type Mailbox, mailboxesOf, mailboxOf } from "./addresses.ts";
import { draftHeaders } from "./draft-headers.ts";
import { MAX_EMAIL_BYTES } from "./email.ts";
import { refusals } from "./errors.ts";
import type { HeaderLine } from "./head.ts";
import { bytesOf } from "./raw.ts";

/** A file in a message. */
export interface Attachment {
  readonly disposition: "attachment" | "inline";
  /** By which the HTML names it. */
  readonly contentId: string | undefined;
  readonly filename: string;
  readonly type: string;
  readonly content: Uint8Array;
}

/** A message that is to be written: checked, and a copy of what the program gave. */
export interface Draft {
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly replyTo: Mailbox | undefined;
  readonly subject: string;
  readonly headers: readonly HeaderLine[];
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly Attachment[];
}

const MAX_SUBJECT = 998;
const MAX_RECIPIENTS = 50;
const MAX_ATTACHMENTS = 100;
const CONTROL = /\p{Cc}/u;
const MEDIA_TYPE = /^[\w.+-]{1,127}\/[\w.+-]{1,127}(?:;[\x20-\x7e]{0,200})?$/;
const CONTENT_ID = /^[^\s<>\p{Cc}]{1,200}$/u;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the fields of `env.X.send({ … })`.
 *
 * @param to who it goes to when the fields do not say it
 * @throws FreeholdError with the codes of {@link refusals}
 */
export function draftOf(message: unknown, to?: string): Draft {
  if (typeof message !== "object" || message === null) {
    throw refusals.invalid("it is no object", "Pass `{ from, to, subject, text }`.");
  }
  const fields = message as Fields;
  const { from, subject, replyTo } = fields;
  if (from === undefined || from === null) {
    throw refusals.missing("from", "Say who sends it: an address, or `{ email, name }`.");
  }
  const draft = {
    from: mailboxOf("from", from),
    to: mailboxesOf("to", fields.to ?? to),
    cc: mailboxesOf("cc", fields.cc),
    bcc: mailboxesOf("bcc", fields.bcc),
    replyTo: replyTo === undefined || replyTo === null ? undefined : mailboxOf("replyTo", replyTo),
    subject: subjectOf(subject),
    headers: draftHeaders(fields.headers),
    text: textOf("text", fields.text),
    html: textOf("html", fields.html),
    attachments: attachmentsOf(fields.attachments),
  };
  const count = recipientsOf(draft).length;
  if (count === 0) throw refusals.missing("to", "Give at least one of `to`, `cc` and `bcc`.");
  if (count > MAX_RECIPIENTS) throw refusals.tooManyRecipients(MAX_RECIPIENTS);
  if (sizeOf(draft) > MAX_EMAIL_BYTES) throw refusals.tooLarge();
  return draft;
}

/** Everybody who gets it. */
export function recipientsOf({ to, cc, bcc }: Pick<Draft, "to" | "cc" | "bcc">): readonly string[] {
  return [...to, ...cc, ...bcc].map(({ address }) => address);
}

function subjectOf(subject: unknown): string {
  if (subject === undefined || subject === null) {
    throw refusals.missing("subject", "Say what it is about, if only with empty text.");
  }
  if (typeof subject === "string" && subject.length <= MAX_SUBJECT && !CONTROL.test(subject)) {
    return subject;
  }
  throw refusals.invalid(
    `\`subject\` is no line of at most ${MAX_SUBJECT} characters`,
    "Leave out line breaks and other control characters.",
  );
}

function textOf(field: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  throw refusals.invalid(`\`${field}\` is no text`, "Give a string.");
}

function attachmentsOf(value: unknown): readonly Attachment[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    throw refusals.invalid("`attachments` is no list", "Give an array of attachments.");
  }
  if (value.length > MAX_ATTACHMENTS) throw refusals.tooManyAttachments(MAX_ATTACHMENTS);
  return value.map(attachmentOf);
}

function attachmentOf(value: unknown, index: number): Attachment {
  const wrong = (what: string, help: string) =>
    refusals.invalid(`\`attachments[${index}]\` ${what}`, help);
  if (typeof value !== "object" || value === null) throw wrong("is no object", "Give an object.");
  const { disposition = "attachment", contentId, filename, type, content } = value as Fields;
  if (disposition !== "attachment" && disposition !== "inline") {
    throw wrong("has a wrong `disposition`", 'Use "attachment" or "inline".');
  }
  if (
    typeof filename !== "string" ||
    filename === "" ||
    filename.length > 255 ||
    CONTROL.test(filename)
  ) {
    throw wrong("has no `filename`", "Give a name of at most 255 characters.");
  }
  if (typeof type !== "string" || !MEDIA_TYPE.test(type)) {
    throw wrong("has no `type`", 'Give a media type, such as "image/png".');
  }
  const id = typeof contentId === "string" && CONTENT_ID.test(contentId) ? contentId : undefined;
  if (id === undefined && (disposition === "inline" || (contentId ?? undefined) !== undefined)) {
    throw wrong("has no `contentId`", "Give the id by which the HTML names it, without spaces.");
  }
  const bytes = typeof content === "string" ? fromBase64(content) : bytesOf(content);
  if (bytes === undefined) throw wrong("has no `content`", "Give bytes, or text in base64.");
  return { disposition, contentId: id, filename, type, content: bytes };
}

/** Text in an attachment is base64, as on Cloudflare. */
function fromBase64(text: string): Uint8Array | undefined {
  if (text.length > 2 * MAX_EMAIL_BYTES) throw refusals.tooLarge();
  const bare = text.replace(/[\r\n]/g, "");
  return bare.length % 4 === 0 && BASE64.test(bare) ? Buffer.from(bare, "base64") : undefined;
}

function sizeOf({ text = "", html = "", attachments }: Draft): number {
  return attachments.reduce(
    (sum, { content }) => sum + content.byteLength,
    text.length + html.length,
  );
}
