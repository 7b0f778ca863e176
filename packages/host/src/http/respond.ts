import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { FreeholdError } from "../errors.ts";
import { bytesOf } from "./bytes.ts";
import { fixedLengthOf } from "./fixed-length.ts";
import { linger } from "./linger.ts";
import { type WireResponse, wireForm } from "./response.ts";

/** They belong to the connection, which is ours. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** Header that names the code of an error of the host itself. */
const ERROR_HEADER = "x-freehold-error";

/** Writes a response. Resolves, if it is not complete at once, when everything is written. */
export function writeResponse(
  outgoing: ServerResponse,
  response: object,
  method: string,
): Promise<void> | undefined {
  const wire = wireForm(response);
  const headers = headersOf(wire);
  const { body } = wire;
  const noBody = method === "HEAD" || wire.status === 204 || wire.status === 304;
  // It goes as it is, whatever the Worker, or a server that it asked, says of another form of it.
  if (!noBody && !wire.isEncoded) delete headers["content-encoding"];
  if (body === null || typeof body === "string" || body instanceof Uint8Array) {
    if (wire.status !== 204 && wire.status !== 304) {
      const length = body === null ? 0 : Buffer.byteLength(body);
      if (method !== "HEAD") headers["content-length"] = length;
      else if (body !== null) headers["content-length"] ??= length;
    }
    head(outgoing, wire, headers);
    if (noBody || body === null) outgoing.end();
    else outgoing.end(body);
    return undefined;
  }
  const fixed = fixedLengthOf(body);
  if (fixed !== undefined) headers["content-length"] = fixed;
  else if (method !== "HEAD") delete headers["content-length"];
  head(outgoing, wire, headers);
  if (noBody) {
    outgoing.end();
    return body.cancel();
  }
  outgoing.flushHeaders();
  return pump(body, outgoing);
}

/** Answers an error of the host itself: its code in a header, its sentence in the body. */
export function writeError(outgoing: ServerResponse, status: number, error: FreeholdError): void {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(status, {
    "content-type": "text/plain;charset=UTF-8",
    [ERROR_HEADER]: error.code,
    ...(status === 413 && { connection: "close" }),
  });
  outgoing.end(`${error.message}\n`);
}

/** {@link writeError} on a connection that has no response object. */
export function writeRawError(socket: Duplex, status: number, code: string, message: string): void {
  writeRaw(
    socket,
    status,
    [
      ["content-type", "text/plain;charset=UTF-8"],
      [ERROR_HEADER, code],
    ],
    Buffer.from(`${message}\n`),
  );
}

/** Writes a whole response to the socket of a refused upgrade and ends it. */
export async function writeRawResponse(socket: Duplex, response: object): Promise<void> {
  const wire = wireForm(response);
  const named = headersOf(wire);
  if (!wire.isEncoded) delete named["content-encoding"];
  const headers = Object.entries(named).flatMap(([name, value]) =>
    [value ?? []].flat().map((item): [string, string] => [name, String(item)]),
  );
  const { body } = wire;
  const bytes =
    body === null || typeof body === "string" || body instanceof Uint8Array
      ? Buffer.from(body ?? "")
      : await wholeOf(body);
  writeRaw(socket, wire.status, headers, bytes);
}

function writeRaw(
  socket: Duplex,
  status: number,
  headers: readonly (readonly [string, string])[],
  body: Uint8Array,
): void {
  if (socket.destroyed || !socket.writable) return;
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "connection: close",
    `content-length: ${body.length}`,
    ...headers
      .filter(([name]) => name !== "content-length" && name !== "connection")
      .map(([name, value]) => `${name}: ${value}`),
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  socket.end(body);
  linger(socket);
}

async function wholeOf(body: ReadableStream<unknown>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(bytesOf(chunk));
  return Buffer.concat(chunks);
}

function head(outgoing: ServerResponse, wire: WireResponse, headers: OutgoingHttpHeaders): void {
  if (wire.statusText === "") outgoing.writeHead(wire.status, headers);
  else outgoing.writeHead(wire.status, wire.statusText, headers);
}

function headersOf(wire: WireResponse): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  if (wire.headers) {
    for (const [name, value] of wire.headers) {
      if (name === "set-cookie" || CONNECTION_HEADERS.has(name)) continue;
      headers[name] = value;
    }
    const cookies = wire.headers.getSetCookie();
    if (cookies.length > 0) headers["set-cookie"] = cookies;
  }
  if (wire.contentType !== undefined) headers["content-type"] ??= wire.contentType;
  return headers;
}

/** Copies a stream to the client, as fast as the client takes it. */
async function pump(body: ReadableStream<Uint8Array>, outgoing: ServerResponse): Promise<void> {
  const reader = body.getReader();
  let wake: (() => void) | undefined;
  const onDrain = () => wake?.();
  const onClose = () => {
    wake?.();
    // The producer learns that nobody listens; what it answers does not matter any more.
    reader.cancel(new Error("The client has disconnected.")).catch(() => undefined);
  };
  outgoing.on("drain", onDrain);
  outgoing.once("close", onClose);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || outgoing.destroyed) break;
      if (!outgoing.write(bytesOf(value))) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
    }
    outgoing.off("close", onClose);
    outgoing.end();
  } catch (error) {
    // The client must not take what it has for the whole.
    outgoing.destroy();
    throw error;
  } finally {
    outgoing.off("drain", onDrain);
  }
}

/** What to do with a request that failed before or inside the Worker. */
export function statusOf(error: FreeholdError): number {
  if (error.code === "BODY_TOO_LARGE") return 413;
  if (error.code === "URL_TOO_LONG") return 414;
  if (error.code === "HEADERS_TOO_LARGE") return 431;
  if (error.code === "BAD_REQUEST") return 400;
  if (error.code === "HOST_CLOSED") return 503;
  return 500;
}
