import { timingSafeEqual } from "node:crypto";
import { invocation } from "../context.ts";
import { NativeWebSocket } from "../http/native.ts";
import { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import { ErrorEvent } from "../sockets/events.ts";
import { WebSocketPair, WebSocketRequestResponsePair } from "../sockets/pair.ts";
import { WebSocket } from "../sockets/web-socket.ts";
import { CacheStorage } from "./caches.ts";
import { define, defineGlobal } from "./define.ts";
import { hostFetch } from "./fetch.ts";
import { FixedLengthStream, IdentityTransformStream } from "./streams.ts";
import { installTimers } from "./timers.ts";

let installed = false;

/**
 * Gives the process the globals of a Worker. Done once, by the first host.
 *
 * Other code in the process (a development server, libraries) goes on as before: outside of
 * invocations `WebSocket` is Node's client, timers are Node's, and `Request`, `Response` and `fetch`
 * do what Node's do, with objects of both kinds.
 */
export function installGlobals(): void {
  if (installed) return;
  installed = true;
  defineGlobal("Request", Request);
  defineGlobal("Response", Response);
  defineGlobal("fetch", hostFetch);
  defineGlobal("WebSocket", webSocketGlobal());
  defineGlobal("WebSocketPair", WebSocketPair);
  defineGlobal("WebSocketRequestResponsePair", WebSocketRequestResponsePair);
  addMissing("ErrorEvent", ErrorEvent);
  addMissing("caches", new CacheStorage());
  addMissing("IdentityTransformStream", IdentityTransformStream);
  addMissing("FixedLengthStream", FixedLengthStream);
  addMissing("scheduler", { wait: schedulerWait });
  addMissing("reportError", reportError);
  defineTimingSafeEqual();
  defineUserAgent();
  installTimers();
}

function addMissing(name: string, value: unknown): void {
  if (!(name in globalThis)) defineGlobal(name, value);
}

/** Inside of invocations a Worker's socket, outside Node's client; both are instances of it. */
function webSocketGlobal(): typeof WebSocket {
  const isSocket = (value: unknown) =>
    typeof value === "object" &&
    value !== null &&
    (Object.prototype.isPrototypeOf.call(WebSocket.prototype, value) ||
      (NativeWebSocket !== undefined && value instanceof NativeWebSocket));
  Object.defineProperty(WebSocket, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this === WebSocket || this === facade) return isSocket(value);
      return Function.prototype[Symbol.hasInstance].call(this, value);
    },
  });
  const facade: typeof WebSocket = new Proxy(WebSocket, {
    construct(target, parameters, newTarget) {
      const isPlain = newTarget === facade && !invocation.getStore();
      if (isPlain && NativeWebSocket !== undefined) {
        return Reflect.construct(NativeWebSocket, parameters);
      }
      return Reflect.construct(target, parameters, newTarget === facade ? target : newTarget);
    },
  });
  WebSocket.prototype.constructor = facade;
  return facade;
}

function schedulerWait(ms: number, options?: { readonly signal?: AbortSignal }): Promise<void> {
  return new Promise((resolve, reject) => {
    const signal = options?.signal;
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    // The global functions of this moment: in an invocation they follow the host's clock.
    const { setTimeout: start, clearTimeout: stop } = globalThis;
    const timer = start(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    const onAbort = () => {
      stop(timer);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

function reportError(error: unknown): void {
  const context = invocation.getStore();
  if (context?.uncaught) context.uncaught(error);
  else console.error(error);
}

function defineTimingSafeEqual(): void {
  const prototype: object = Object.getPrototypeOf(crypto.subtle);
  if ("timingSafeEqual" in prototype) return;
  define(prototype, "timingSafeEqual", (one: ArrayBuffer, other: ArrayBuffer) => {
    if (one.byteLength !== other.byteLength) {
      throw new TypeError("Input buffers must have the same byte length.");
    }
    return timingSafeEqual(viewOf(one), viewOf(other));
  });
}

function viewOf(bytes: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (!ArrayBuffer.isView(bytes)) return new Uint8Array(bytes);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Libraries look at it to learn where they run. */
function defineUserAgent(): void {
  const { userAgent } = navigator;
  Object.defineProperty(Object.getPrototypeOf(navigator), "userAgent", {
    configurable: true,
    enumerable: true,
    get: () => (invocation.getStore() ? "Cloudflare-Workers" : userAgent),
  });
}
