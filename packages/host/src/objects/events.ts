import type { AlarmInfo } from "../alarms/alarms.ts";
import { httpErrors, objectErrors } from "../contract-errors.ts";
import { brands, hasBrand } from "../rpc/brands.ts";
import { hostError } from "../rpc/errors.ts";
import { answer, thrown } from "../rpc/exchange.ts";
import type { Received } from "../rpc/local.ts";
import type { SocketEvent } from "../sockets/object-sockets.ts";
import { withinTime } from "./event-timeout.ts";
import type { ObjectInvocation } from "./object-invocation.ts";
import { gatedResponse } from "./response-body.ts";

/** `fetch(request)`: runs inside the object. */
export function runFetch(
  origin: ObjectInvocation,
  request: Request,
): Response | PromiseLike<Response> {
  try {
    const result = callHandler(origin.activation.instance, "fetch", [request]);
    if (result === MISSING) throw httpErrors.noHandler("fetch");
    if (result instanceof Response) return gatedResponse(origin, result);
    if (!isPromise(result)) throw objectErrors.wrongFetchResult();
    return result.then(
      (value) => responseOf(origin, value),
      (error: unknown) => {
        throw thrown(error, undefined);
      },
    );
  } catch (error) {
    throw thrown(error, undefined);
  }
}

function responseOf(origin: ObjectInvocation, value: unknown): Response {
  if (value instanceof Response) return gatedResponse(origin, value);
  throw thrown(httpErrors.notAResponse(), undefined);
}

/** A remote call: runs inside the object. */
export function runCall(
  origin: ObjectInvocation,
  path: readonly string[],
  received: Received,
  objectId: string,
): unknown {
  const { instance } = origin.activation;
  if (!hasBrand(instance, brands.durableObject)) {
    received.dispose();
    throw thrown(hostError(objectErrors.noRpcSupport()), undefined);
  }
  return answer(instance, path, received, objectId);
}

/**
 * An event of a hibernatable socket: without a handler it is dropped.
 *
 * @param limitMs how long the handler may take; `null` for no limit
 */
export function runSocketEvent(
  origin: ObjectInvocation,
  event: SocketEvent,
  socket: () => WebSocket,
  limitMs: number | null,
): unknown {
  const { instance } = origin.activation;
  const [name, args] = socketHandler(event);
  if (!hasHandler(instance, name)) return undefined;
  const handle = () => callHandler(instance, name, [socket(), ...args]);
  // What the handler returns is waited for as it is: every promise around it is paid by each message.
  return limitMs === null ? handle() : withinTime(origin, limitMs, async () => await handle());
}

function socketHandler(event: SocketEvent): readonly [string, readonly unknown[]] {
  switch (event.type) {
    case "message":
      return ["webSocketMessage", [event.data]];
    case "close":
      return ["webSocketClose", [event.code, event.reason, event.wasClean]];
    case "error":
      return ["webSocketError", [event.error]];
  }
}

/** `alarm(info)`. A class without the handler has nothing to do. */
export async function runAlarm(origin: ObjectInvocation, info: AlarmInfo): Promise<void> {
  await callHandler(origin.activation.instance, "alarm", [info]);
}

const MISSING = Symbol("no handler");

export function hasHandler(instance: object, name: string): boolean {
  return typeof Reflect.get(instance, name) === "function";
}

function callHandler(instance: object, name: string, args: readonly unknown[]): unknown {
  const handler: unknown = Reflect.get(instance, name);
  return typeof handler === "function" ? Reflect.apply(handler, instance, args) : MISSING;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return typeof Reflect.get(value, "then") === "function";
}
