import { admitted, invocation, runOutside } from "../context.ts";
import { FreeholdError } from "../errors.ts";
import { countOutside } from "../progress.ts";
import type { Writing } from "./compose.ts";
import type { EmailReceipt, EmailTransport, OutgoingEmail } from "./email.ts";
import { refusals } from "./errors.ts";

/** Lets messages leave the host, when what they depend on is durable. */
export class Mailer {
  readonly writing: Writing;
  readonly #transport: EmailTransport;

  constructor(transport: EmailTransport, writing: Writing) {
    this.#transport = transport;
    this.writing = writing;
  }

  /**
   * Sends what `prepare` makes. It is called at once, and the message leaves when everything is
   * durable that the object has written until then. When that fails, it never leaves.
   *
   * @throws FreeholdError `E_DELIVERY_FAILED`; what `prepare` throws.
   */
  send(prepare: () => Promise<OutgoingEmail>): Promise<EmailReceipt> {
    const context = invocation.getStore();
    const sent = (async () => {
      const message = await prepare();
      // Asked last: making the message takes turns, in which the object may write or be reset.
      await context?.gate?.();
      await runOutside(() => this.#deliver(message));
      return { messageId: message.messageId };
    })();
    const letGo = context?.hold?.(() => undefined);
    if (letGo !== undefined) sent.then(letGo, letGo);
    return admitted(countOutside(context?.clock, sent));
  }

  async close(): Promise<void> {
    await this.#transport.close?.();
  }

  async #deliver(message: OutgoingEmail): Promise<void> {
    try {
      await this.#transport.send(message);
    } catch (error) {
      if (error instanceof FreeholdError) throw error;
      throw refusals.notDelivered("its transport failed", error);
    }
  }
}
