import type { Binding } from "../bindings/binding.ts";
import type { SendEmailConfig } from "../config/wrangler.ts";
import { runOutside } from "../context.ts";
import { addressOf } from "./addresses.ts";
import { type Composed, compose } from "./compose.ts";
import { emailErrors } from "./contract-errors.ts";
import { draftOf, recipientsOf } from "./draft.ts";
import type { EmailReceipt } from "./email.ts";
import { headOf } from "./head.ts";
import type { Mailer } from "./mailer.ts";
import { readRaw } from "./raw.ts";
import { checkWritten } from "./written.ts";

/** What stands on `env` for an entry of `send_email`. */
export class SendEmail {
  readonly #config: SendEmailConfig;
  readonly #mailer: Mailer;

  constructor(config: SendEmailConfig, mailer: Mailer) {
    this.#config = config;
    this.#mailer = mailer;
  }

  get [Symbol.toStringTag](): string {
    return "SendEmail";
  }

  /**
   * Sends an `EmailMessage` of `cloudflare:email`, or what its fields say:
   * `{ from, to, cc, bcc, subject, replyTo, headers, text, html, attachments }`. Resolves when the
   * transport has taken it.
   *
   * @throws Error with the contract's texts, FreeholdError `E_…`
   */
  async send(message: unknown): Promise<EmailReceipt> {
    return this.#mailer.send(async () => ({
      kind: "send",
      binding: this.#config.name,
      ...(await (isWritten(message) ? this.#written(message) : this.#drafted(message))),
    }));
  }

  async #written(message: object): Promise<Composed> {
    const { from, to } = envelopeOf(message, this.#config.destinationAddress);
    this.#permit(from, [to]);
    const raw = await readRaw(Reflect.get(message, "raw"));
    const messageId = await checkWritten({ from, head: headOf(raw) });
    return { from: addressOf("from", from), to: [addressOf("to", to)], messageId, raw };
  }

  async #drafted(message: unknown): Promise<Composed> {
    const draft = draftOf(message, this.#config.destinationAddress);
    this.#permit(draft.from.address, recipientsOf(draft));
    return runOutside(() => compose(draft, this.#mailer.writing));
  }

  #permit(from: string, recipients: readonly string[]): void {
    const { destinationAddress, allowedDestinationAddresses, allowedSenderAddresses } =
      this.#config;
    if (allowedSenderAddresses !== undefined && !allowedSenderAddresses.includes(from)) {
      throw emailErrors.senderNotAllowed(from);
    }
    const allowed =
      destinationAddress === undefined ? allowedDestinationAddresses : [destinationAddress];
    const other = allowed && recipients.find((address) => !allowed.includes(address));
    if (other !== undefined) throw emailErrors.recipientNotAllowed(other);
  }
}

/** Whether a message comes as text of its own, as an `EmailMessage` does. */
export function isWritten(message: unknown): message is object {
  return typeof message === "object" && message !== null && Reflect.has(message, "raw");
}

/** The envelope of an `EmailMessage`, as it is given. */
export function envelopeOf(message: object, destination?: string): { from: string; to: string } {
  const to: unknown = Reflect.get(message, "to") ?? destination;
  return { from: String(Reflect.get(message, "from")), to: String(to) };
}

/** The bindings that `send_email` names. */
export function sendEmailBindings(
  entries: readonly SendEmailConfig[],
  mailer: Mailer,
): readonly Binding[] {
  return entries.map((entry) => ({
    name: entry.name,
    create: () => new SendEmail(entry, mailer),
  }));
}
