import type { Clock } from "../clock.ts";
import type { AgentEmail } from "../context.ts";
import type { Emit } from "../observability/events.ts";
import type { Random } from "../random.ts";
import { sendReply } from "./reply.ts";
import { sendAgentEmail, senderAddress } from "./send.ts";
import type { EmailIdentity, EmailPayload, ReplyOptions, SendEmailOptions } from "./types.ts";

/** What the room needs of its agent. */
export interface EmailRoomPorts {
  readonly clock: Pick<Clock, "now">;
  readonly random: Pick<Random, "id">;
  readonly emit: Emit;
  /** Which agent writes; read when it writes. */
  identity(): EmailIdentity;
  /** The agent's handler, in the context of the e-mail; undefined when it has none. */
  handler(email: AgentEmail): (() => unknown) | undefined;
  /** Shows an error of the handler to the agent. Rejects with what is left of it. */
  settle(error: unknown): Promise<void>;
}

/** E-mail of one agent: what comes in, and what it sends. */
export class EmailRoom {
  readonly #ports: EmailRoomPorts;

  constructor(ports: EmailRoomPorts) {
    this.#ports = ports;
  }

  /** Gives an e-mail to the agent's handler. Rejects with its error unless the agent dealt with it. */
  async receive(payload: EmailPayload): Promise<void> {
    const { emit, settle } = this.#ports;
    const { from, to, headers } = payload;
    const subject = headers.get("subject");
    emit("email:receive", { from, to, ...(subject === null ? {} : { subject }) });
    const { email, settled } = agentEmail(payload);
    const handle = this.#ports.handler(email);
    if (!handle) {
      console.log(
        "Received an e-mail for an agent without onEmail(email: AgentEmail); it is dropped.",
      );
      return;
    }
    try {
      await handle();
      await settled();
    } catch (error) {
      await settle(error);
    }
  }

  /** Answers an e-mail. Rejects when it was not sent, whatever `onError` does. */
  async reply(email: AgentEmail, options: ReplyOptions): Promise<void> {
    const { clock, random, emit } = this.#ports;
    const ports = { clock, random, identity: this.#ports.identity() };
    emit("email:reply", await this.#told(() => sendReply(email, options, ports)));
  }

  /** Sends an e-mail through a binding. Rejects when it was not sent, whatever `onError` does. */
  async send(options: SendEmailOptions): Promise<EmailSendResult> {
    const { clock } = this.#ports;
    const result = await this.#told(() => sendAgentEmail(options, this.#ports.identity(), clock));
    const { from, to, subject } = options;
    this.#ports.emit("email:send", { from: senderAddress(from), to, subject });
    return result;
  }

  async #told<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.#ports.settle(error);
      throw error;
    }
  }
}

/** The e-mail as the handler sees it. `settled` waits for a refusal that is still on its way. */
function agentEmail(payload: EmailPayload): { email: AgentEmail; settled: () => Promise<void> } {
  const { from, to, headers, rawSize, _secureRouted, _bridge: bridge } = payload;
  const underWay: (void | Promise<void>)[] = [];
  const email: AgentEmail = {
    ...{ from, to, headers, rawSize },
    ...(_secureRouted === undefined ? {} : { _secureRouted }),
    getRaw: () => bridge.getRaw(),
    setReject: (reason) => void underWay.push(bridge.setReject(reason)),
    forward: (rcptTo, added) => bridge.forward(rcptTo, added),
    reply: (message) => bridge.reply(message),
  };
  return { email, settled: async () => void (await Promise.all(underWay)) };
}
