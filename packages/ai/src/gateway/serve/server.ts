import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "@freehold/host";
import { type GatewayAnswer, refusal } from "../gateway.ts";
import type { Caller } from "../keys.ts";
import type { Headers } from "../request-options.ts";
import type { GatewayRequest } from "../send/plan.ts";
import { plainHeaders } from "../send/upstream.ts";
import { socketHeaders, UniversalSockets } from "./sockets.ts";

export interface ServerOptions {
  readonly hostname: string;
  readonly port: number;
  readonly account: string;
  /** Whether knowing the account's name shows that a request may use stored keys. */
  readonly isTrusted: boolean;
  readonly handle: (
    id: string,
    request: GatewayRequest,
    isTrusted: boolean,
    signal: AbortSignal,
  ) => Promise<GatewayAnswer>;
  /** How far somebody is trusted; `undefined` who may not come in. */
  readonly admit: (id: string, headers: Headers, isTrusted: boolean) => Caller | undefined;
  readonly log: Logger;
}

/** `/v1/<account>/<gateway>/…` */
const PATH = /^\/v1\/([^/?]+)\/([^/?]+)\/?(.*)$/s;
/** Longer than clients and balancers keep a connection: they close it, not we while they ask. */
const KEEP_ALIVE_MS = 65_000;
const MOST_BODY_BYTES = 100 * 1024 * 1024;

/** The gateways' own port. */
export class GatewayServer {
  readonly #server: Server;
  readonly #sockets: UniversalSockets;
  readonly #options: ServerOptions;

  private constructor(server: Server, sockets: UniversalSockets, options: ServerOptions) {
    this.#server = server;
    this.#sockets = sockets;
    this.#options = options;
  }

  static async start(options: ServerOptions): Promise<GatewayServer> {
    const server = createServer((incoming, outgoing) => {
      answer(incoming, outgoing, options).catch((error: unknown) => {
        // A client that broke off while it sent is nobody's failure.
        if (incoming.errored === null)
          options.log.error("A request to a gateway failed.", { error });
        outgoing.destroy();
      });
    });
    const sockets = new UniversalSockets(options.log);
    server.on("upgrade", (incoming, socket, head) => {
      upgrade(incoming, socket, head, sockets, options);
    });
    // Models think for longer than Node's usual patience.
    server.requestTimeout = 0;
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(options.port, options.hostname, resolve);
    });
    server.unref();
    return new GatewayServer(server, sockets, options);
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    const { hostname } = this.#options;
    const host = hostname === "0.0.0.0" || hostname === "::" ? "127.0.0.1" : hostname;
    return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  }

  /** Keeps the process alive, as a server by itself does. */
  ref(): this {
    this.#server.ref();
    return this;
  }

  close(): Promise<void> {
    this.#sockets.close();
    this.#server.closeAllConnections();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { account, isTrusted, handle }: ServerOptions,
): Promise<void> {
  if (incoming.url === "/" || incoming.url === "/healthz") {
    outgoing.end('{"status":"ok"}');
    return;
  }
  const [, named, id, path] = PATH.exec(incoming.url ?? "") ?? [];
  if (named !== account || id === undefined) return send(refusal("UNKNOWN_GATEWAY"), outgoing);
  const body = await bodyOf(incoming);
  if (body === undefined) return send(refusal("TOO_LARGE"), outgoing);
  const controller = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) controller.abort(new Error("the client went away"));
  });
  const request = {
    method: incoming.method ?? "GET",
    path: path ?? "",
    headers: plainHeaders(incoming),
    body,
  };
  send(await handle(id, request, isTrusted, controller.signal), outgoing);
}

/** Only the universal endpoint speaks over WebSockets. */
function upgrade(
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  sockets: UniversalSockets,
  { account, isTrusted, handle, admit }: ServerOptions,
): void {
  socket.on("error", () => socket.destroy());
  const [, named, id, path] = PATH.exec(incoming.url ?? "") ?? [];
  if (named !== account || id === undefined || path !== "") {
    refuse(socket, "404 Not Found");
    return;
  }
  const caller = admit(id, socketHeaders(incoming), isTrusted);
  // Pages of other sites may open sockets, whoever asks: they have to show that they may.
  const isElsewhere = incoming.headers.origin !== undefined;
  if (caller === undefined || (isElsewhere && !caller.isTrusted)) {
    refuse(socket, "401 Unauthorized");
    return;
  }
  sockets.open(incoming, socket, head, (request, signal) => handle(id, request, isTrusted, signal));
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function send({ status, headers, body }: GatewayAnswer, outgoing: ServerResponse): void {
  if (outgoing.destroyed) {
    body.destroy();
    return;
  }
  outgoing.writeHead(status, headers);
  // An answer that breaks off breaks off here as well: the client sees that it is not whole.
  body.on("error", () => outgoing.destroy());
  body.on("close", () => {
    if (!body.readableEnded) outgoing.destroy();
  });
  // A client that went away ends the provider's work.
  outgoing.on("close", () => {
    if (!body.readableEnded) body.destroy();
  });
  body.pipe(outgoing);
}

/** @returns `undefined` where it is too large */
function bodyOf(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    incoming.on("data", (part: Buffer) => {
      size += part.byteLength;
      if (size > MOST_BODY_BYTES) {
        incoming.pause();
        resolve(undefined);
      } else {
        parts.push(part);
      }
    });
    incoming.on("end", () => resolve(Buffer.concat(parts)));
    incoming.on("error", reject);
  });
}
