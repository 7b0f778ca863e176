import { runOutside } from "../context.ts";
import { addressOf } from "../email/addresses.ts";
import { type Composed, compose } from "../email/compose.ts";
import { emailErrors } from "../email/contract-errors.ts";
import { draftOf } from "../email/draft.ts";
import { headerValue } from "../email/draft-headers.ts";
import { type EmailReceipt, MAX_EMAIL_BYTES } from "../email/email.ts";
import { refusals } from "../email/errors.ts";
import { type HeaderLine, headerIn, headersOf, headOf } from "../email/head.ts";
import type { Mailer } from "../email/mailer.ts";
import { readRaw } from "../email/raw.ts";
import { envelopeOf, isWritten } from "../email/send-email.ts";
import {
  checkThread,
  checkWritten,
  isReplyable,
  makeMessageId,
  threadHeaders,
} from "../email/written.ts";
import { FreeholdError } from "../errors.ts";

/** A message as it came in. */
export interface IncomingEmail {
  /** The envelope's sender. */
  readonly from: string;
  /** The envelope's recipient. */
  readonly to: string;
  /** The whole message, headers first. At most 25 MiB. */
  readonly raw: Uint8Array;
}

/** What a Worker has made of a message. */
export interface EmailOutcome {
  /** Why the message goes back to its sender. */
  readonly rejected: string | undefined;
  readonly forwarded: readonly { readonly to: string; readonly headers: Headers }[];
  readonly replies: readonly { readonly from: string; readonly to: string; readonly raw: string }[];
}

/** The first argument of a Worker's `email` handler. */
export class ForwardableEmailMessage {
  readonly from: string;
  readonly to: string;
  readonly headers: Headers;
  readonly raw: ReadableStream<Uint8Array>;
  /** In bytes. */
  readonly rawSize: number;
  readonly canBeForwarded = true;
  readonly #raw: Uint8Array;
  readonly #head: readonly HeaderLine[];
  readonly #mailer: Mailer;
  #rejected: string | undefined;
  readonly #forwarded: { to: string; headers: Headers }[] = [];
  readonly #replies: { from: string; to: string; raw: string }[] = [];

  /** @throws FreeholdError `EMAIL_TOO_LARGE` */
  constructor(email: IncomingEmail, mailer: Mailer) {
    if (email.raw.byteLength > MAX_EMAIL_BYTES) throw tooLarge();
    this.from = email.from;
    this.to = email.to;
    this.#raw = new Uint8Array(email.raw);
    this.#head = headOf(this.#raw);
    this.headers = headersOf(this.#head);
    this.raw = new Blob([new Uint8Array(email.raw)]).stream();
    this.rawSize = email.raw.byteLength;
    this.#mailer = mailer;
  }

  /** Sends the message back to its sender, once the handler is done. */
  setReject(reason: string): void {
    this.#rejected = String(reason);
  }

  /**
   * Passes the message on, with headers added whose names begin with `X-`. Its envelope's sender
   * becomes the address that it came to.
   *
   * @throws FreeholdError `E_VALIDATION_ERROR`, `E_HEADER_…`, `E_DELIVERY_FAILED`
   */
  async forward(to: string, headers?: Headers): Promise<EmailReceipt> {
    const added = new Headers(headers);
    const receipt = await this.#mailer.send(async () => {
      const recipient = addressOf("to", to);
      const lines = [...added].map(([name, value]) => forwardedHeader(name, value));
      const { random } = this.#mailer.writing;
      const own = headerIn(this.#head, "message-id")?.trim();
      const id = own || makeMessageId(random.bytes(16), this.to);
      return {
        kind: "forward",
        binding: undefined,
        from: addressOf("from", this.to),
        to: [recipient],
        messageId: id,
        raw: Buffer.concat([Buffer.from(lines.join(""), "utf8"), this.#raw]),
      };
    });
    this.#forwarded.push({ to, headers: added });
    return receipt;
  }

  /**
   * Answers the sender, with an `EmailMessage` or with what its fields say:
   * `{ from, subject, replyTo, headers, text, html, attachments }`. The latter stays in the thread by
   * itself.
   *
   * @throws Error with the contract's texts; FreeholdError `EMAIL_REPLY_INVALID` when it is no
   *   message, and as `send` does
   */
  async reply(message: unknown): Promise<EmailReceipt> {
    let raw = "";
    let envelope = { from: "", to: "" };
    const receipt = await this.#mailer.send(async () => {
      const composed = await this.#answer(message);
      raw = Buffer.from(composed.raw).toString("utf8");
      envelope = { from: composed.from, to: composed.to.join(", ") };
      return { kind: "reply", binding: undefined, ...composed };
    });
    this.#replies.push({ ...envelope, raw });
    return receipt;
  }

  get outcome(): EmailOutcome {
    return { rejected: this.#rejected, forwarded: this.#forwarded, replies: this.#replies };
  }

  async #answer(message: unknown): Promise<Composed> {
    if (typeof message !== "object" || message === null) throw notAMessage();
    if (!isReplyable(this.from, this.#head)) throw emailErrors.notReplyable();
    if (!isWritten(message)) {
      const fields: object = message;
      const draft = draftOf({ ...fields, to: this.from, cc: undefined, bcc: undefined });
      const thread = threadHeaders(this.#head);
      return runOutside(() => compose(draft, this.#mailer.writing, thread));
    }
    const { from, to } = envelopeOf(message);
    const raw = await readRaw(Reflect.get(message, "raw"));
    const head = headOf(raw);
    const messageId = await checkWritten({ from, head });
    checkThread(head, this.#head);
    return { from: addressOf("from", from), to: [addressOf("to", to)], messageId, raw };
  }
}

/** A line before the others. */
function forwardedHeader(name: string, value: string): string {
  if (!name.startsWith("x-")) throw refusals.headerNotAllowed(name);
  return `${name}: ${headerValue(name, value)}\r\n`;
}

function tooLarge(): FreeholdError {
  return new FreeholdError("EMAIL_TOO_LARGE", "An email may have at most 25 MiB.", {
    help: "Send large files by a link.",
  });
}

function notAMessage(): FreeholdError {
  return new FreeholdError("EMAIL_REPLY_INVALID", "A reply must be an EmailMessage.", {
    help: 'Pass `new EmailMessage(from, to, raw)` of "cloudflare:email".',
  });
}
