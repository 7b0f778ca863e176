import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type PerMessageDeflateOptions, WebSocketServer } from "ws";
import { systemClock, within } from "../clock.ts";
import { httpErrors, socketErrors } from "../contract-errors.ts";
import { FreeholdError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Channel } from "../sockets/channel.ts";
import { joinChannels } from "../sockets/memory-channel.ts";
import { NetworkSocket } from "../sockets/network-channel.ts";
import { connectionOf } from "../sockets/web-socket.ts";
import { closing, type Exchange } from "./exchange.ts";
import type { Application } from "./front.ts";
import type { HttpLimits } from "./limits.ts";
import { isLingering } from "./linger.ts";
import { inboundRequest } from "./request.ts";
import { statusOf, writeRawError, writeRawResponse } from "./respond.ts";

interface UpgradeOptions {
  readonly application: Application;
  readonly log: Logger;
  /** @throws FreeholdError for a malformed request. */
  readonly exchange: (incoming: IncomingMessage) => Exchange;
  readonly allowedOrigins: readonly string[];
  readonly limits: HttpLimits;
  readonly compression: boolean;
}

/** Headers of the handshake that are `ws`'s to write. */
const HANDSHAKE_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "sec-websocket-accept",
  "sec-websocket-extensions",
  "sec-websocket-protocol",
  "transfer-encoding",
  "upgrade",
]);

/** No context is kept between messages: it would cost each idle socket its memory. */
const COMPRESSION: PerMessageDeflateOptions = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  threshold: 1024,
};

const CLOSE_GRACE_MS = 1000;

/** WebSocket handshakes: the Worker's answer decides whether a socket opens. */
export class Upgrades {
  readonly #options: UpgradeOptions;
  readonly #server: WebSocketServer;
  /** The Worker's answer to a handshake that is about to be completed. */
  readonly #answers = new WeakMap<IncomingMessage, Headers>();
  readonly #open = new Set<NetworkSocket>();
  /** Handshakes that the Worker has not answered. */
  readonly #pending = new Set<Duplex>();

  constructor(options: UpgradeOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: options.compression && COMPRESSION,
      maxPayload: options.limits.messageBytes,
      WebSocket: NetworkSocket,
      handleProtocols: (offered, incoming) => this.#protocolFor(offered, incoming),
    });
    this.#server.on("headers", (lines, incoming) => this.#addHeaders(lines, incoming));
  }

  handle(incoming: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (!isWebSocketUpgrade(incoming)) return false;
    socket.on("error", ignore);
    if (isLingering(socket)) {
      socket.resume();
      return true;
    }
    this.#pending.add(socket);
    this.#answer(incoming, socket, head)
      .catch((error: unknown) => this.#fail(socket, error))
      .finally(() => this.#pending.delete(socket));
    return true;
  }

  get size(): number {
    return this.#open.size;
  }

  async closeAll(code: number): Promise<void> {
    for (const socket of this.#pending) this.#fail(socket, closing());
    for (const socket of this.#open) if (socket.readyState === 1) socket.channel.close(code);
    const gone = Promise.all(Array.from(this.#open, whenClosed));
    // Peers live in real time, whatever clock the objects have.
    await within(systemClock, CLOSE_GRACE_MS, gone);
    for (const socket of this.#open) socket.terminate();
  }

  async #answer(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const exchange = this.#options.exchange(incoming);
    this.#refuseForeign(incoming);
    refuseMalformed(incoming);
    const left = () => exchange.clientLeft();
    socket.once("close", left);
    const response = await this.#options.application(inboundRequest(exchange));
    const offered: unknown = Reflect.get(response, "webSocket");
    if (offered === null || offered === undefined) {
      await writeRawResponse(socket, response);
      return;
    }
    const channel = takeForResponse(offered);
    if (!socket.writable) {
      channel.terminate();
      return;
    }
    this.#answers.set(incoming, Reflect.get(response, "headers") as Headers);
    socket.off("error", ignore);
    socket.off("close", left);
    this.#server.handleUpgrade(incoming, socket, head, (opened) => {
      if (opened instanceof NetworkSocket) this.#join(channel, opened, socket);
    });
  }

  /** Apart from the handshake, so that no listener keeps the request in memory with the socket. */
  #join(channel: Channel, opened: NetworkSocket, wire: Duplex): void {
    if (wire instanceof Socket) opened.channel.writeTo(wire);
    this.#open.add(opened);
    opened.maxBufferedBytes = this.#options.limits.waitingBytes;
    opened.once("close", () => this.#open.delete(opened));
    joinChannels(channel, opened.channel);
  }

  /** Cookies go along with handshakes from any page, so another site could act as the user. */
  #refuseForeign({ headers }: IncomingMessage): void {
    if (headers["sec-fetch-site"] !== "cross-site" || headers.cookie === undefined) return;
    if (this.#options.allowedOrigins.includes(headers.origin ?? "")) return;
    throw new FreeholdError(
      "ORIGIN_REFUSED",
      "A page of another site may not open a socket with this site's cookies.",
      { help: "Add the page's origin to the allowed origins of the host." },
    );
  }

  #protocolFor(offered: ReadonlySet<string>, incoming: IncomingMessage): string | false {
    const chosen = this.#answers.get(incoming)?.get("sec-websocket-protocol");
    return chosen && offered.has(chosen) ? chosen : false;
  }

  #addHeaders(lines: string[], incoming: IncomingMessage): void {
    for (const [name, value] of this.#answers.get(incoming) ?? []) {
      if (!HANDSHAKE_HEADERS.has(name)) lines.push(`${name}: ${value}`);
    }
    this.#answers.delete(incoming);
  }

  #fail(socket: Duplex, error: unknown): void {
    if (error instanceof FreeholdError) {
      const status = error.code === "ORIGIN_REFUSED" ? 403 : statusOf(error);
      writeRawError(socket, status, error.code, error.message);
      return;
    }
    this.#options.log.error("A WebSocket handshake failed.", { error });
    writeRawError(socket, 500, "INTERNAL_ERROR", "Internal Server Error");
  }
}

/** Whether a request asks for a WebSocket and not for another protocol. */
export function isWebSocketUpgrade({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/**
 * Takes the end of a pair that a response carries.
 *
 * @throws TypeError when that end is in use.
 */
function takeForResponse(socket: unknown): Channel {
  const connection = connectionOf(socket);
  if (!connection) throw httpErrors.statusOutOfRange();
  if (connection.phase === "accepted") throw socketErrors.responseAfterAccept();
  if (connection.phase === "hibernatable") throw socketErrors.responseAfterHibernation();
  if (connection.phase !== "fresh") throw socketErrors.responseTwice();
  connection.phase = "returned";
  return connection.channel;
}

const KEY = /^[+/0-9A-Za-z]{22}==$/;

/** Checked before the Worker runs, so that it accepts no socket that can never open. */
function refuseMalformed({ method, headers }: IncomingMessage): void {
  const version = headers["sec-websocket-version"];
  if (
    method === "GET" &&
    !(Number(headers["content-length"]) > 0) &&
    headers["transfer-encoding"] === undefined &&
    KEY.test(headers["sec-websocket-key"] ?? "") &&
    (version === "13" || version === "8")
  ) {
    return;
  }
  throw new FreeholdError("BAD_REQUEST", "This is not a valid WebSocket handshake.", {
    help: "Send a GET with no body, with Sec-WebSocket-Key and Sec-WebSocket-Version 13.",
  });
}

function whenClosed(socket: NetworkSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("close", () => resolve());
  });
}

function ignore(): void {
  // A client that goes away during the handshake is no news.
}
