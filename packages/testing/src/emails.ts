import {
  type EmailTransport,
  type OutgoingEmail,
  type ReadEmail,
  readEmail,
} from "freehold/runtime";
import { runningWorker } from "./running.ts";

/** A message that the Worker or an object sent, as its reader sees it. */
export interface SentEmail extends ReadEmail {
  /** `env.X.send(…)`, `message.reply(…)` or `message.forward(…)`. */
  readonly kind: OutgoingEmail["kind"];
  /** The binding that it was given to. `undefined` for replies and forwards. */
  readonly binding: string | undefined;
  readonly messageId: string;
  /** Whom mail servers would be told; recipients of blind copies are named here alone. */
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  /** The whole message. */
  readonly raw: Uint8Array;
}

/** What a test file has sent: nothing ever leaves it. */
export class SentEmails implements EmailTransport {
  readonly #emails: OutgoingEmail[] = [];

  async send(email: OutgoingEmail): Promise<void> {
    this.#emails.push(email);
  }

  clear(): void {
    this.#emails.length = 0;
  }

  list(): Promise<readonly SentEmail[]> {
    return Promise.all(this.#emails.map(sentEmail));
  }
}

async function sentEmail({ raw, from, to, ...email }: OutgoingEmail): Promise<SentEmail> {
  return { ...email, envelope: { from, to }, ...(await readEmail(raw)), raw };
}

/**
 * The e-mail that was sent in this test file since it began, or since `reset()`, the oldest first.
 *
 * @example
 * ```ts
 * await env.Support.getByName("ticket-7").close();
 * expect(await sentEmails()).toMatchObject([{ to: ["ada@example.com"], subject: "Solved" }]);
 * ```
 */
export async function sentEmails(): Promise<readonly SentEmail[]> {
  return runningWorker().emails.list();
}

/** A message for the Worker's `email` handler. */
export interface ReceivedEmail {
  /** The envelope's sender. */
  readonly from: string;
  /** The envelope's recipient. */
  readonly to: string;
  /** The whole message, headers first. */
  readonly raw: string | Uint8Array;
}

/**
 * Gives a message to the Worker's `email` handler, and waits for it. Rejects with what it throws.
 *
 * @returns why the Worker rejected it; `undefined` when it took it
 * @example
 * ```ts
 * const raw = "Message-ID: <1@example.com>\r\nSubject: Help\r\n\r\nIt does not work.";
 * await receiveEmail({ from: "ada@example.com", to: "support@example.com", raw });
 * ```
 */
export async function receiveEmail({ from, to, raw }: ReceivedEmail): Promise<string | undefined> {
  const bytes = typeof raw === "string" ? new TextEncoder().encode(raw) : raw;
  return (await runningWorker().host.email({ from, to, raw: bytes })).rejected;
}
