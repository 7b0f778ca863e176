import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { systemClock, within } from "../clock.ts";
import { FreeholdError } from "../errors.ts";
import type { HttpFront } from "./front.ts";
import { writeRawError } from "./respond.ts";
import { isWebSocketUpgrade } from "./upgrade.ts";

/** Largest head of a request: 64 KiB. */
const MAX_HEADER_BYTES = 64 * 1024;

/** Node's codes for requests it could not parse, and how they are answered. */
const PARSE_ERRORS: Readonly<Record<string, readonly [number, string, string]>> = {
  HPE_HEADER_OVERFLOW: [
    431,
    "HEADERS_TOO_LARGE",
    `The request's headers are larger than ${MAX_HEADER_BYTES} bytes.`,
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "REQUEST_TIMEOUT", "The request took too long to arrive."],
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
    maxHeaderSize: MAX_HEADER_BYTES,
    shouldUpgradeCallback: isWebSocketUpgrade,
  });
  server.on("request", (incoming, outgoing) => front.handle(incoming, outgoing));
  server.on("upgrade", (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    front.upgrade(incoming, socket, head);
  });
  server.on("clientError", answerUnparsable);
  await bound(server, hostname, port);
  const address = server.address() as AddressInfo;
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    close: (graceMs) => closed(server, graceMs),
  };
}

function answerUnparsable(error: NodeJS.ErrnoException, socket: NodeJS.WritableStream): void {
  const stream = socket as Socket;
  if (error.code === "ECONNRESET" || !stream.writable) {
    stream.destroy();
    return;
  }
  const [status, code, message] = PARSE_ERRORS[error.code ?? ""] ?? [
    400,
    "BAD_REQUEST",
    "The request could not be understood.",
  ];
  writeRawError(stream, status, code, message);
}

function bound(server: Server, hostname: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      reject(
        new FreeholdError("LISTEN_FAILED", `Cannot listen on ${hostname}:${port}: ${cause.code}.`, {
          help: "Choose another port, or end the program that has this one.",
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
