import type { IncomingMessage } from "node:http";
import { invocation } from "../context.ts";
import { socketErrors } from "../contract-errors.ts";
import type { Channel } from "./channel.ts";
import { MAX_MESSAGE_BYTES } from "./limits.ts";
import { NetworkSocket } from "./network-channel.ts";

/** A client socket whose handshake is done. */
export interface OpenedSocket {
  readonly channel: Channel;
  readonly protocol: string;
  readonly extensions: string;
  /** The server's answer. */
  readonly response: IncomingMessage;
}

/** The server answered the handshake with an ordinary response. */
export class HandshakeRefused extends Error {
  readonly response: IncomingMessage;

  constructor(response: IncomingMessage) {
    super("Network connection lost.");
    this.response = response;
  }
}

const HANDSHAKE_TIMEOUT_MS = 30_000;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Connects as the `WebSocket` constructor does.
 *
 * @param gate what has to be waited for before anything leaves.
 * @throws DOMException `SyntaxError` for a bad address or protocol.
 */
export function openClientSocket(
  address: string | URL,
  protocols: string | string[] | undefined,
  gate: Promise<void> | undefined,
): { readonly url: string; readonly opened: Promise<OpenedSocket> } {
  const url = checkedUrl(address);
  const wanted = checkedProtocols(protocols);
  const opened = gate ? gate.then(() => connect(url, wanted)) : connect(url, wanted);
  return { url: url.href, opened };
}

/**
 * Opens a WebSocket.
 *
 * @throws HandshakeRefused, or an Error `Network connection lost.`
 */
export function connect(
  url: URL,
  protocols: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): Promise<OpenedSocket> {
  // Outside of the caller's context: timers of `ws` are not the caller's.
  return invocation.exit(() => open(url, protocols, headers));
}

function open(
  url: URL,
  protocols: readonly string[],
  headers: Readonly<Record<string, string>>,
): Promise<OpenedSocket> {
  return new Promise((resolve, reject) => {
    const socket = new NetworkSocket(url, [...protocols], {
      headers,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
    });
    let response: IncomingMessage | undefined;
    socket.once("upgrade", (message) => {
      response = message;
    });
    socket.once("unexpected-response", (_request, message) =>
      reject(new HandshakeRefused(message)),
    );
    socket.once("error", (error) => reject(socketErrors.connectionLost(error)));
    socket.once("open", () => {
      resolve({
        // Listens from now on: nothing that follows the handshake is lost.
        channel: socket.channel,
        protocol: socket.protocol,
        extensions: socket.extensions,
        response: response as IncomingMessage,
      });
    });
  });
}

function checkedUrl(address: string | URL): URL {
  const url = URL.parse(String(address));
  if (!url) throw socketErrors.invalidUrl();
  if (url.protocol !== "ws:" && url.protocol !== "wss:") throw socketErrors.invalidScheme();
  if (url.hash !== "") throw socketErrors.urlFragment();
  return url;
}

function checkedProtocols(protocols: string | string[] | undefined): string[] {
  const list = protocols === undefined ? [] : [protocols].flat().map(String);
  if (new Set(list).size !== list.length) throw socketErrors.repeatedProtocol();
  if (!list.every((protocol) => TOKEN.test(protocol))) {
    const isOne = typeof protocols === "string";
    throw socketErrors.invalidProtocol(
      isOne ? "The protocol header token" : "One of the protocol header tokens",
    );
  }
  return list;
}
