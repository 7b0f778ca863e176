import { emailErrors } from "./errors.ts";
import { assertAddress, assertLine, MAX_LINE_BYTES } from "./headers.ts";
import { base64, encodedWords, isPlainText } from "./words.ts";

/** A message with one body. */
export interface Message {
  readonly from: { readonly address: string; readonly name: string };
  readonly to: string;
  readonly subject: string;
  /** Milliseconds since the Unix epoch. */
  readonly date: number;
  /** With its angle brackets. */
  readonly messageId: string;
  /** In their order; a name comes once. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly contentType: string;
  readonly body: string;
}

/** Headers of the message itself: they say how the rest is read, or whom it goes to. */
const OWN: ReadonlySet<string> = new Set([
  ...["from", "sender", "to", "cc", "bcc", "subject", "mime-version"],
  ...["content-type", "content-transfer-encoding", "content-disposition", "content-id"],
]);
/** Characters of a line of a header before it is folded, as RFC 5322 recommends. */
const FOLDED_LINE = 78;
/** Characters of a line of base64, as RFC 2045 limits it. */
const BASE64_LINE = 76;

/**
 * Writes a message as it goes over the wire: lines end with CR LF, and none is longer than RFC 5322
 * allows.
 *
 * @throws FreeholdError `invalid_email_header`, `invalid_email_address`,
 *   `invalid_email_content_type`.
 */
export async function writeMessage(message: Message): Promise<string> {
  const { from, to, subject, contentType } = message;
  assertAddress("from", from.address);
  assertAddress("to", to);
  assertLine("From", from.name);
  assertLine("Subject", subject);
  assertLine("Message-ID", message.messageId);
  if (contentType !== "text/plain" && contentType !== "text/html") {
    throw emailErrors.contentType(contentType);
  }
  // Loaded with the first reply: most agents never write one.
  const { createMimeMessage } = await import("mimetext/browser");
  const mime = createMimeMessage();
  mime.setSender(from.address);
  mime.setTo(to);
  mime.setSubject(subject);
  mime.setHeader("Date", new Date(message.date).toUTCString().replace("GMT", "+0000"));
  mime.setHeader("Message-ID", message.messageId);
  for (const [name, value] of message.headers) {
    if (OWN.has(name.toLowerCase())) throw emailErrors.header(name, "is set by the message itself");
    mime.setHeader(name, headerText(name, value));
  }
  // The library writes names and subjects as one word, however long; folded they stay within a line.
  const written: Readonly<Record<string, string>> = {
    From: folded("From", [...(from.name ? encodedWords(from.name) : []), `<${from.address}>`]),
    Subject: folded("Subject", encodedWords(subject)),
  };
  for (const field of mime.headers.fields) {
    const text = written[field.name];
    if (text !== undefined) field.dump = () => text;
  }
  mime.addMessage({ contentType, charset: "UTF-8", ...encodeBody(message.body) });
  return mime.asRaw();
}

/** Words of a header in as many lines as they need. */
function folded(name: string, words: readonly string[]): string {
  const line = words.join(" ");
  return name.length + 2 + line.length <= FOLDED_LINE ? line : words.join("\r\n ");
}

function headerText(name: string, value: string): string {
  assertLine(name, value);
  const text = /^[\t\x20-\x7e]*$/.test(value) ? value : folded(name, encodedWords(value));
  if (text.split("\r\n").some((line) => name.length + 2 + line.length > MAX_LINE_BYTES)) {
    throw emailErrors.header(name, `is longer than a line of ${MAX_LINE_BYTES} bytes`);
  }
  return text;
}

/** A body of short ASCII lines goes as it is, any other as base64. */
function encodeBody(body: string): { data: string; encoding: "7bit" | "base64" } {
  const data = body.replace(/\r\n|\r|\n/g, "\r\n");
  const isShort = data.split("\r\n").every((line) => line.length <= MAX_LINE_BYTES);
  if (isShort && /^[\t\r\n\x20-\x7e]*$/.test(data)) return { data, encoding: "7bit" };
  const text = base64(new TextEncoder().encode(data));
  const lines = text.match(new RegExp(`.{1,${BASE64_LINE}}`, "g")) ?? [];
  return { data: lines.join("\r\n"), encoding: "base64" };
}

/** The text of a header that may hold encoded words. */
export async function readHeaderText(value: string): Promise<string> {
  if (isPlainText(value)) return value;
  const { decodeWords } = await import("postal-mime");
  return decodeWords(value);
}
