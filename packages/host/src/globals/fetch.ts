import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { admitted, type InvocationContext, invocation } from "../context.ts";
import { globalErrors, socketErrors } from "../contract-errors.ts";
import { NativeRequest, nativeFetch } from "../http/native.ts";
import { nativeRequest, Request, type RequestInit } from "../http/request.ts";
import { Response } from "../http/response.ts";
import { countOutside } from "../progress.ts";
import { connect, HandshakeRefused } from "../sockets/client-socket.ts";
import { Connection } from "../sockets/connection.ts";
import { WebSocket } from "../sockets/web-socket.ts";

type FetchParameters = Parameters<typeof nativeFetch>;

/** Of a handshake these are `ws`'s to write. */
const HANDSHAKE_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "host",
  "sec-websocket-extensions",
  "sec-websocket-key",
  "sec-websocket-protocol",
  "sec-websocket-version",
  "upgrade",
]);

/** They are about one connection, and Node's client refuses most of them. */
const HOP_HEADERS = [
  "connection",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
] as const;

/**
 * The global `fetch`: waits until what the object has written is durable, brings its answer in through
 * the input gate, and opens a WebSocket for a
 * request with `Upgrade: websocket`, whose response then carries `webSocket`.
 */
export function hostFetch(input: unknown, init?: FetchParameters[1]): Promise<unknown> {
  const context = invocation.getStore();
  if (context !== undefined && input === undefined) {
    return Promise.reject(globalErrors.nothingToFetch());
  }
  const wait = context?.gate?.();
  const sent = wait ? wait.then(() => send(input, init)) : send(input, init);
  keepFor(context, sent);
  return admitted(countOutside(context?.clock, sent));
}

/** An object does not hibernate while it waits for an answer. */
function keepFor(context: InvocationContext | undefined, answer: Promise<unknown>): void {
  const letGo = context?.hold?.(() => undefined);
  if (letGo !== undefined) answer.then(letGo, letGo);
}

function send(input: unknown, init: FetchParameters[1]): Promise<unknown> {
  try {
    if (wantsSocket(input, init)) return openSocket(new Request(input as string, init ?? {}));
    // A request among the options: its fields are no properties of its own.
    if (init instanceof Request || (input instanceof Request && init !== undefined)) {
      return nativeFetch(outgoing(new Request(input as string, init as RequestInit)));
    }
    if (input instanceof Request) return nativeFetch(outgoing(input));
    const streaming = init?.body !== undefined && init.body !== null;
    const options = streaming ? { duplex: "half" as const, ...init } : init;
    if (init?.headers === undefined) return nativeFetch(input as string, options);
    return nativeFetch(input as string, { ...options, headers: withoutHops(init.headers) });
  } catch (error) {
    return Promise.reject(error);
  }
}

/** A request for the network. What a client has said of its own connection does not go with it. */
function outgoing(request: object): NativeRequest {
  const native = nativeRequest(request);
  if (!HOP_HEADERS.some((name) => native.headers.has(name))) return native;
  return new NativeRequest(native, { headers: withoutHops(native.headers) });
}

function withoutHops(given: NonNullable<FetchParameters[1]>["headers"]): Headers {
  const headers = new Headers(given);
  for (const name of HOP_HEADERS) headers.delete(name);
  return headers;
}

function wantsSocket(input: unknown, init: FetchParameters[1]): boolean {
  const headers: unknown = init?.headers ?? (input instanceof Request ? input.headers : undefined);
  return headers !== undefined && upgradeIn(headers)?.toLowerCase() === "websocket";
}

/** Looks without using the headers up: they may be any iterable. */
function upgradeIn(headers: unknown): string | undefined {
  if (headers instanceof Headers) return headers.get("upgrade") ?? undefined;
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers ?? {});
  const found: unknown = pairs.find((pair: unknown) => {
    return Array.isArray(pair) && String(pair[0]).toLowerCase() === "upgrade";
  });
  return Array.isArray(found) ? String(found[1]) : undefined;
}

async function openSocket(request: Request): Promise<Response> {
  const url = new URL(request.url.replace(/^http/, "ws"));
  const protocols = (request.headers.get("sec-websocket-protocol") ?? "")
    .split(",")
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== "");
  const headers = [...request.headers].filter(([name]) => !HANDSHAKE_HEADERS.has(name));
  try {
    const opened = await connect(url, protocols, Object.fromEntries(headers));
    const connection = new Connection("fresh", opened.channel);
    connection.protocol = opened.protocol;
    connection.extensions = opened.extensions;
    return new Response(null, {
      status: 101,
      webSocket: new WebSocket(connection),
      headers: headersOf(opened.response),
    });
  } catch (error) {
    if (error instanceof HandshakeRefused) return refusal(error.response);
    throw error instanceof Error ? error : socketErrors.connectionLost(error);
  }
}

function refusal(message: IncomingMessage): Response {
  const status = message.statusCode ?? 502;
  const isNull = status === 204 || status === 205 || status === 304;
  const body = isNull ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>);
  return new Response(body, { status, headers: headersOf(message) });
}

function headersOf(message: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}
