/**
 * `EmailMessage` of `cloudflare:email`: a message to be sent, or given as a reply.
 *
 * @example
 * ```ts
 * await message.reply(new EmailMessage(message.to, message.from, raw));
 * ```
 */
export class EmailMessage {
  readonly from: string;
  readonly to: string;
  /** The whole message as it goes over the wire, headers included. */
  readonly raw: ReadableStream<Uint8Array> | string;

  /** Nothing is checked before the message is sent. */
  constructor(from: string, to: string, raw: ReadableStream<Uint8Array> | string) {
    this.from = from;
    this.to = to;
    this.raw = raw;
  }
}
