import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import type { Readable } from "node:stream";
import type { Headers } from "../request-options.ts";

/** A request to a provider, ready to be sent. */
export interface Outgoing {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** An answer whose head has come. */
export interface Incoming {
  readonly status: number;
  readonly headers: Headers;
  /** Whoever takes an answer reads its body or destroys it. */
  readonly body: Readable;
}

/** Sends requests to providers; another implementation answers for the host's own models. */
export interface Upstream {
  /**
   * Resolves with the head of an answer. Rejects when there is none: no connection, or `signal` was
   * aborted. Aborting later ends the body.
   */
  send(outgoing: Outgoing, signal: AbortSignal): Promise<Incoming>;
  close(): void;
}

/** Connections are kept: a provider's handshake costs more than all that a gateway does. */
const KEEP = { keepAlive: true, maxFreeSockets: 64 };

const STALE: ReadonlySet<string | undefined> = new Set(["ECONNRESET", "EPIPE"]);

/** Providers over HTTP/1.1, by Node's own client: the least work for each part of a stream. */
export class HttpUpstream implements Upstream {
  readonly #plain = new PlainAgent(KEEP);
  readonly #secure = new SecureAgent(KEEP);

  async send(outgoing: Outgoing, signal: AbortSignal): Promise<Incoming> {
    const url = new URL(outgoing.url);
    const agent = url.protocol === "https:" ? this.#secure : this.#plain;
    try {
      return await sent(url, outgoing, agent, signal);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
      return sent(url, outgoing, false, signal);
    }
  }

  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}

/** The provider closed a kept connection before it had heard of the request. */
class StaleConnection extends Error {}

/** @param agent `false`: over a connection of its own */
function sent(
  url: URL,
  { method, headers, body }: Outgoing,
  agent: PlainAgent | false,
  signal: AbortSignal,
): Promise<Incoming> {
  const request = url.protocol === "https:" ? secureRequest : plainRequest;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const outgoing = request(url, { method, headers, agent }, (incoming) => {
      resolve({
        status: incoming.statusCode ?? 0,
        headers: plainHeaders(incoming),
        body: incoming,
      });
    });
    // Node's own option for it costs more than all that is done here.
    const abort = () => outgoing.destroy(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    outgoing.once("close", () => signal.removeEventListener("abort", abort));
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      const isStale = outgoing.reusedSocket && STALE.has(error.code) && !signal.aborted;
      reject(isStale ? new StaleConnection(error.message) : error);
    });
    outgoing.end(body);
  });
}

/** One text for each name. */
export function plainHeaders({ headers }: IncomingMessage): Headers {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return plain;
}
