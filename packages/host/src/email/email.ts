/** A message on its way out of the host. */
export interface OutgoingEmail {
  /** Why it leaves: `env.X.send(…)`, `message.reply(…)` or `message.forward(…)`. */
  readonly kind: "send" | "reply" | "forward";
  /** The binding that it was given to. `undefined` for replies and forwards. */
  readonly binding: string | undefined;
  /** The envelope's sender: where bounces go. */
  readonly from: string;
  /** The envelope's recipients, those of copies and blind copies included. */
  readonly to: readonly string[];
  /** With its angle brackets. */
  readonly messageId: string;
  /** The whole message, headers first. Recipients of blind copies are not named in it. */
  readonly raw: Uint8Array;
}

/**
 * Takes messages out of the host.
 *
 * - `send` MUST resolve only when the message is somebody else's to deliver, and MUST reject when it
 *   is not. What it rejects with reaches the Worker: it MUST NOT name secrets.
 * - `send` may be called again before an earlier call has settled.
 * - `close` is called when the host closes, after the last message; it MUST be safe to call twice.
 *
 * @example
 * ```ts
 * const transport: EmailTransport = {
 *   async send({ to, raw }) {
 *     await queue.add({ to, raw: Buffer.from(raw).toString("base64") });
 *   },
 * };
 * ```
 */
export interface EmailTransport {
  send(email: OutgoingEmail): Promise<void>;
  close?(): Promise<void>;
}

/** What `send`, `reply` and `forward` resolve to. */
export interface EmailReceipt {
  readonly messageId: string;
}

/** The largest message that comes in or goes out: Cloudflare's limit, 25 MiB. */
export const MAX_EMAIL_BYTES = 25 * 1024 * 1024;
