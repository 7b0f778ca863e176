import { FreeholdError } from "../errors.ts";
import type { Random } from "../random.ts";

/** The largest message: Cloudflare's limit, 25 MiB. */
const MAX_EMAIL_BYTES = 25 * 1024 * 1024;

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

/** What `forward` and `reply` resolve to. */
export interface EmailReceipt {
  readonly messageId: string;
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
  readonly #random: Random;
  #rejected: string | undefined;
  readonly #forwarded: { to: string; headers: Headers }[] = [];
  readonly #replies: { from: string; to: string; raw: string }[] = [];

  /** @throws FreeholdError `EMAIL_TOO_LARGE` */
  constructor(email: IncomingEmail, random: Random) {
    if (email.raw.byteLength > MAX_EMAIL_BYTES) throw tooLarge();
    this.from = email.from;
    this.to = email.to;
    this.headers = headersOf(email.raw);
    this.raw = new Blob([new Uint8Array(email.raw)]).stream();
    this.rawSize = email.raw.byteLength;
    this.#random = random;
  }

  /** Sends the message back to its sender, once the handler is done. */
  setReject(reason: string): void {
    this.#rejected = String(reason);
  }

  /** Passes the message on, with headers added. */
  async forward(to: string, headers?: Headers): Promise<EmailReceipt> {
    this.#forwarded.push({ to: String(to), headers: new Headers(headers) });
    return this.#receipt();
  }

  /**
   * Answers the sender.
   *
   * @throws FreeholdError `EMAIL_REPLY_INVALID` when it is no `EmailMessage`
   */
  async reply(message: unknown): Promise<EmailReceipt> {
    if (typeof message !== "object" || message === null) throw notAMessage();
    const raw: unknown = Reflect.get(message, "raw");
    if (typeof raw !== "string" && !(raw instanceof ReadableStream)) throw notAMessage();
    const text =
      typeof raw === "string" ? raw : await new Response(raw as ReadableStream<Uint8Array>).text();
    const address = (name: string) => String(Reflect.get(message, name));
    this.#replies.push({ from: address("from"), to: address("to"), raw: text });
    return this.#receipt();
  }

  get outcome(): EmailOutcome {
    return { rejected: this.#rejected, forwarded: this.#forwarded, replies: this.#replies };
  }

  #receipt(): EmailReceipt {
    const id = Buffer.from(this.#random.bytes(16)).toString("hex");
    return { messageId: `<${id}@${domainOf(this.to)}>` };
  }
}

/** The header block: up to the first empty line, folded lines joined. Lines that are none are left out. */
function headersOf(raw: Uint8Array): Headers {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString("latin1");
  const [block = ""] = text.split(/\r?\n\r?\n/, 1);
  const headers = new Headers();
  for (const line of block.replace(/\r?\n(?=[ \t])/g, "").split(/\r?\n/)) {
    const found = /^([!-9;-~]+):[ \t]*(.*)$/.exec(line);
    if (found === null) continue;
    const [, name = "", value = ""] = found;
    if (isHeader(name, value)) headers.append(name, value);
  }
  return headers;
}

/** Mail allows names and values that `Headers` does not. */
function isHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]).has(name);
  } catch {
    return false;
  }
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1) || "localhost";
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
