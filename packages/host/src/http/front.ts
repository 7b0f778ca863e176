import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { FreeholdError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { atRoundEnd } from "../sockets/round.ts";
import { ClientFinder } from "./client.ts";
import { closing, Exchange } from "./exchange.ts";
import { bodyTooLarge } from "./inbound.ts";
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from "./limits.ts";
import { isLingering, lingerAtEnd } from "./linger.ts";
import { inboundRequest, type Request } from "./request.ts";
import { statusOf, writeError, writeResponse } from "./respond.ts";
import { Upgrades } from "./upgrade.ts";

/** What the front end calls for each request. MUST NOT reject because of what a client sent. */
export type Application = (request: Request) => Promise<object>;

/** Limits and trust of the HTTP front end. */
export interface FrontOptions {
  readonly application: Application;
  readonly log: Logger;
  readonly limits?: Partial<HttpLimits> | undefined;
  /** Whether sockets compress what is sent (permessage-deflate). Default false. */
  readonly socketCompression?: boolean | undefined;
  /** Scheme and host that requests have, whatever clients say. Default: what they say. */
  readonly publicUrl?: string | undefined;
  /** Addresses or ranges of proxies whose forwarding headers are believed. Default none. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Origins that may open sockets with cookies from other sites. Default none. */
  readonly allowedOrigins?: readonly string[] | undefined;
}

/** Turns what a `node:http` server gives into requests, and responses back. */
export class HttpFront {
  readonly #application: Application;
  readonly #log: Logger;
  readonly #clients: ClientFinder;
  /** What a client may send. */
  readonly limits: HttpLimits;
  readonly #upgrades: Upgrades;
  #closing = false;

  /** @throws FreeholdError `PROXY_INVALID` or `PUBLIC_URL_INVALID` */
  constructor(options: FrontOptions) {
    this.#application = options.application;
    this.#log = options.log;
    this.#clients = new ClientFinder(options.trustedProxies ?? [], options.publicUrl);
    this.limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits };
    this.#upgrades = new Upgrades({
      application: (request) => this.#application(request),
      log: options.log,
      exchange: (incoming) => this.#exchange(incoming),
      limits: this.limits,
      compression: options.socketCompression ?? false,
      allowedOrigins: options.allowedOrigins ?? [],
    });
  }

  /** Answers one request. */
  handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    if (isLingering(incoming.socket)) {
      incoming.resume();
      return;
    }
    // A connection of HTTP/2 ends by other rules.
    if (incoming.httpVersionMajor === 1) lingerAtEnd(incoming.socket);
    const exchange = this.open(incoming, outgoing);
    if (exchange) this.answer(exchange, inboundRequest(exchange), outgoing);
  }

  /** The request's parts, or nothing when it is malformed: then it has been answered. */
  open(incoming: IncomingMessage, outgoing: ServerResponse): Exchange | undefined {
    try {
      return this.#exchange(incoming);
    } catch (error) {
      this.#fail(outgoing, error);
      return undefined;
    }
  }

  /** Runs the application and writes what it answers. */
  answer(exchange: Exchange, request: Request, outgoing: ServerResponse): void {
    let answered = false;
    outgoing.on("close", () => {
      if (answered && outgoing.writableFinished) exchange.body?.answered();
      else exchange.clientLeft();
    });
    const write = (response: object) => {
      answered = true;
      try {
        if (exchange.body?.tooLarge) throw bodyTooLarge(this.limits.bodyBytes);
        const written = outgoing.destroyed
          ? discard(response)
          : writeResponse(outgoing, response, exchange.method);
        written?.catch((error: unknown) => {
          this.#log.warn("A response stream failed.", { url: exchange.url, error });
        });
      } catch (error) {
        this.#fail(outgoing, error);
      }
    };
    this.#application(request).then(
      // Answers to requests that came together leave together.
      (response) => atRoundEnd(() => write(response)),
      (error: unknown) => this.#fail(outgoing, error),
    );
  }

  /** Answers a WebSocket handshake. False when it is another kind of upgrade. */
  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    return this.#upgrades.handle(incoming, socket, head);
  }

  /** Sockets that are open now. */
  get openSockets(): number {
    return this.#upgrades.size;
  }

  /** No new requests from now on. */
  stop(): void {
    this.#closing = true;
  }

  /** Ends all sockets with a Close frame, and without one after a second. */
  closeSockets(code: number): Promise<void> {
    return this.#upgrades.closeAll(code);
  }

  #exchange(incoming: IncomingMessage): Exchange {
    if (this.#closing) throw closing();
    return new Exchange(incoming, this.#clients, this.limits);
  }

  #fail(outgoing: ServerResponse, error: unknown): void {
    if (error instanceof FreeholdError && statusOf(error) !== 500) {
      writeError(outgoing, statusOf(error), error);
      return;
    }
    this.#log.error("A request failed.", { error });
    writeError(outgoing, 500, internalError());
  }
}

function discard(response: object): Promise<void> | undefined {
  const body: unknown = Reflect.get(response, "body");
  return body instanceof ReadableStream && !body.locked ? body.cancel() : undefined;
}

function internalError(): FreeholdError {
  return new FreeholdError("INTERNAL_ERROR", "Internal Server Error", {
    help: "The log of the server has the reason.",
  });
}
