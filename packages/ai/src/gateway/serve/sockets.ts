import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "@freehold/host";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { GatewayAnswer } from "../gateway.ts";
import type { GatewayRequest } from "../send/plan.ts";
import { whole } from "../send/recording.ts";
import { plainHeaders } from "../send/upstream.ts";
import { AnswerHeader, RequestHeader, refusalBody } from "../wire.ts";
import { eventsOf } from "./events.ts";

type Ask = (request: GatewayRequest, signal: AbortSignal) => Promise<GatewayAnswer>;

/** What a client asks: a step of the universal endpoint, with an id of its own. */
interface Create {
  readonly eventId: string | undefined;
  readonly step: unknown;
}

/** Browsers can send no headers with a handshake: the gateway key comes as a protocol. */
const KEY_PROTOCOL = "cf-aig-authorization.";
const MOST_MESSAGE_BYTES = 25 * 1024 * 1024;
const MOST_AT_ONCE = 100;
const ENDING = 1001;

/**
 * The universal endpoint over WebSockets: one message asks, and messages answer, of many requests at
 * once. Source: `platform.md` 4.1, and the service's page on its WebSockets API.
 */
export class UniversalSockets {
  readonly #log: Logger;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_MESSAGE_BYTES,
    handleProtocols: (offered) => {
      const names = [...offered];
      return names.find((name) => !name.startsWith(KEY_PROTOCOL)) ?? names[0] ?? false;
    },
  });

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Opens a socket; what it asks goes to `ask`, with the handshake's headers for the gateway. */
  open(incoming: IncomingMessage, socket: Duplex, head: Buffer, ask: Ask): void {
    const headers = socketHeaders(incoming);
    this.#server.handleUpgrade(incoming, socket, head, (opened) => {
      const ended = new AbortController();
      let pending = 0;
      opened.on("close", () => ended.abort(new Error("the client went away")));
      opened.on("error", () => opened.terminate());
      opened.on("message", (data) => {
        const create = createOf(data);
        if (create === undefined || pending >= MOST_AT_ONCE) {
          const detail = create ? "too many at once" : "expected universal.create with a request";
          send(opened, failure(create?.eventId, detail));
          return;
        }
        pending++;
        answer(opened, create, headers, (request) => ask(request, ended.signal))
          .catch((error: unknown) => {
            if (!ended.signal.aborted) this.#log.error("A message to a gateway failed.", { error });
            opened.terminate();
          })
          .finally(() => {
            pending--;
          });
      });
    });
  }

  close(): void {
    for (const client of this.#server.clients) client.close(ENDING, "the gateway ends");
    this.#server.close();
  }
}

/** What a handshake says to the gateway. */
export function socketHeaders(incoming: IncomingMessage): Readonly<Record<string, string>> {
  const headers = plainHeaders(incoming);
  const protocols = (headers["sec-websocket-protocol"] ?? "").split(",").map((one) => one.trim());
  const key = protocols.find((name) => name.startsWith(KEY_PROTOCOL))?.slice(KEY_PROTOCOL.length);
  const own = Object.entries(headers).filter(([name]) => name.startsWith("cf-aig-"));
  return {
    ...(key !== undefined && { [RequestHeader.AUTHORIZATION]: `Bearer ${key}` }),
    ...Object.fromEntries(own),
  };
}

async function answer(
  socket: WebSocket,
  { eventId, step }: Create,
  headers: Readonly<Record<string, string>>,
  ask: (request: GatewayRequest) => Promise<GatewayAnswer>,
): Promise<void> {
  const {
    status,
    headers: said,
    body,
  } = await ask({
    method: "POST",
    path: "",
    headers: {
      ...headers,
      "content-type": "application/json",
      ...(eventId !== undefined && { [RequestHeader.EVENT_ID]: eventId }),
    },
    body: Buffer.from(JSON.stringify([step])),
  });
  const contentType = said["content-type"] ?? "";
  const metadata = {
    cacheStatus: said[AnswerHeader.CACHE_STATUS],
    eventId,
    logId: said[AnswerHeader.LOG_ID],
    step: said[AnswerHeader.STEP],
    contentType,
    // The service's messages have no status; one that is bad is worth a field of ours.
    ...(status >= 400 && { status }),
  };
  try {
    if (!contentType.startsWith("text/event-stream")) {
      const response = shown(await whole(body), contentType);
      await send(socket, { type: "universal.created", metadata, response });
      return;
    }
    await send(socket, { type: "universal.created", metadata });
    for await (const data of eventsOf(body)) {
      if (data === "[DONE]") continue;
      const response = jsonOr(data);
      await send(socket, { type: "universal.stream", metadata: { eventId }, response });
    }
    await send(socket, { type: "universal.done", metadata });
  } catch (error) {
    if (socket.readyState !== socket.OPEN) throw error;
    await send(socket, failure(eventId, "the answer broke off"));
  }
}

function createOf(data: RawData): Create | undefined {
  const message = jsonOr(data.toString());
  if (!isObject(message) || message.type !== "universal.create") return undefined;
  const { request } = message;
  if (!isObject(request)) return undefined;
  const { eventId, ...step } = request;
  return { eventId: typeof eventId === "string" ? eventId : undefined, step };
}

function failure(eventId: string | undefined, detail: string): object {
  return {
    type: "universal.error",
    metadata: { eventId },
    response: jsonOr(refusalBody("BAD_REQUEST", detail)),
  };
}

/** JSON as it is, texts as texts, and anything else in base64. */
function shown(body: Buffer, contentType: string): unknown {
  if (contentType.startsWith("application/json")) return jsonOr(body.toString("utf8"));
  return contentType.startsWith("text/") ? body.toString("utf8") : body.toString("base64");
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Resolves when the message is on its way: a stream is as fast as its reader. */
function send(socket: WebSocket, message: object): Promise<void> {
  return new Promise((resolve) => {
    socket.send(JSON.stringify(message), () => resolve());
  });
}
