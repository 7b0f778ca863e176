import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { systemClock, within } from "../clock.ts";
import { FreeholdError } from "../errors.ts";
import type { HttpFront } from "./front.ts";
import { linger } from "./linger.ts";
import { writeRawError } from "./respond.ts";
import { isWebSocketUpgrade } from "./upgrade.ts";

/** Node's codes for requests it could not parse, and how they are answered. */
const PARSE_ERRORS: Readonly<Record<string, readonly [number, string, string]>> = {
  HPE_HEADER_OVERFLOW: [431, "HEADERS_TOO_LARGE", "The request's headers are too large."],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "REQUEST_TIMEOUT", "The request took too long to arrive."],
};

const NO_ADDRESS =
  "This machine has no such address: 127.0.0.1 is for it alone, 0.0.0.0 is all of its own.";
/** What helps, by the system's code. */
const LISTEN_HELP: Readonly<Record<string, string>> = {
  EADDRINUSE: "Choose another port, or end the program that has this one.",
  EACCES: "Choose a port from 1024 on: lower ones need rights that this process does not have.",
  EADDRNOTAVAIL: NO_ADDRESS,
  ENOTFOUND: NO_ADDRESS,
};

/** A listening server. */
export interface Listener {
  readonly url: string;
  readonly port: number;
  /** Stops accepting; resolves when every request in flight is answered or `graceMs` have passed. */
  close(graceMs: number): Promise<void>;
}

/** @throws FreeholdError `LISTEN_FAILED` when the address is in use or not allowed. */
export async function listen(
  front: HttpFront,
  { hostname, port }: { readonly hostname: string; readonly port: number },
): Promise<Listener> {
  const server = createServer({
    maxHeaderSize: front.limits.headBytes,
    shouldUpgradeCallback: isWebSocketUpgrade,
  });
  const answers = new PendingAnswers();
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    answers.add(incoming.socket, outgoing);
    front.handle(incoming, outgoing);
  };
  // One more than allowed, so that too many are noticed instead of dropped.
  server.maxHeadersCount = front.limits.headers + 1;
  server.on("checkContinue", (incoming, outgoing) => {
    const isTooLarge = Number(incoming.headers["content-length"]) > front.limits.bodyBytes;
    if (!isTooLarge) outgoing.writeContinue();
    handle(incoming, outgoing);
  });
  server.on("request", handle);
  server.on("upgrade", (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    front.upgrade(incoming, socket, head);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, stream) => {
    answers.whenDone(stream as Socket, () => answerUnparsable(error, stream as Socket));
  });
  await bound(server, hostname, port);
  const address = server.address() as AddressInfo;
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    close: (graceMs) => closed(server, graceMs),
  };
}

/** Answers that a connection still owes: nothing may be written between them. */
class PendingAnswers {
  readonly #owed = new WeakMap<Socket, Set<ServerResponse>>();
  readonly #last = new WeakMap<Socket, () => void>();

  add(socket: Socket, outgoing: ServerResponse): void {
    const owed = this.#owed.get(socket) ?? new Set();
    this.#owed.set(socket, owed.add(outgoing));
    outgoing.once("close", () => {
      owed.delete(outgoing);
      this.#end(socket);
    });
  }

  /** Ends a connection with what `last` writes, after the answers to requests that came whole. */
  whenDone(socket: Socket, last: () => void): void {
    this.#last.set(socket, last);
    this.#end(socket);
  }

  #end(socket: Socket): void {
    const last = this.#last.get(socket);
    if (last === undefined) return;
    const owed = [...(this.#owed.get(socket) ?? [])];
    if (owed.some(({ req }) => req.complete)) return;
    this.#last.delete(socket);
    // What is still owed is for the request that broke off; its answer may have begun.
    if (owed.some(({ headersSent }) => headersSent)) socket.destroy();
    else last();
  }
}

function answerUnparsable(error: NodeJS.ErrnoException, stream: Socket): void {
  if (error.code === "ECONNRESET") {
    stream.destroy();
    return;
  }
  linger(stream);
  const [status, code, message] = PARSE_ERRORS[error.code ?? ""] ?? [
    400,
    "BAD_REQUEST",
    "The request could not be understood.",
  ];
  // Nothing is written where the last answer already is.
  writeRawError(stream, status, code, message);
}

function bound(server: Server, hostname: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      reject(
        new FreeholdError("LISTEN_FAILED", `Cannot listen on ${hostname}:${port}: ${cause.code}.`, {
          help: LISTEN_HELP[cause.code ?? ""] ?? "Choose another port or another address.",
          cause,
        }),
      );
    });
    server.listen(port, hostname, () => resolve());
  });
}

async function closed(server: Server, graceMs: number): Promise<void> {
  const drained = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  if (await within(systemClock, graceMs, drained)) return;
  server.closeAllConnections();
  await drained;
}
