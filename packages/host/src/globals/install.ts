import { invocation } from "../context.ts";
import { globalErrors } from "../contract-errors.ts";
import { NativeWebSocket } from "../http/native.ts";
import { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import { ErrorEvent } from "../sockets/events.ts";
import { WebSocketPair, WebSocketRequestResponsePair } from "../sockets/pair.ts";
import { WebSocket } from "../sockets/web-socket.ts";
import { Cache, CacheStorage } from "./caches.ts";
import { type CompatibilityFlags, cloudflareGlobal } from "./compatibility.ts";
import { define, defineGlobal, defineInside } from "./define.ts";
import { extendCrypto } from "./digest.ts";
import { EventSource } from "./event-source.ts";
import { hostFetch } from "./fetch.ts";
import { installGatedReads } from "./gated-reads.ts";
import { HTMLRewriter } from "./html-rewriter.ts";
import { Scheduler } from "./scheduler.ts";
import { installScope } from "./scope.ts";
import { FixedLengthStream, IdentityTransformStream } from "./streams.ts";
import { installStructuredClone } from "./structured-clone.ts";
import { installTimers } from "./timers.ts";

let installed = false;
let shown: CompatibilityFlags | undefined;

/** Shows a Worker the flags that it runs by. */
export function showFlags(flags: CompatibilityFlags): void {
  shown = flags;
  defineGlobal("Cloudflare", cloudflareGlobal(flags));
}

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
  defineInside("Cache", () => Cache);
  defineInside("CacheStorage", () => CacheStorage);
  addMissing("IdentityTransformStream", IdentityTransformStream);
  addMissing("FixedLengthStream", FixedLengthStream);
  addMissing("scheduler", new Scheduler());
  addMissing("EventSource", EventSource);
  addMissing("HTMLRewriter", HTMLRewriter);
  installScope();
  installStructuredClone(() => {
    const isInside = invocation.getStore() !== undefined;
    return isInside && shown?.enhanced_error_serialization === true;
  });
  extendCrypto();
  defineUserAgent();
  define(Headers.prototype, "getAll", getAllCookies);
  installTimers();
  installGatedReads();
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

/** What Workers had before there was `getSetCookie`. */
function getAllCookies(this: Headers, ...[name]: [name?: unknown]): string[] {
  if (name === undefined) throw globalErrors.notAString("getAll", "Headers");
  if (`${name}`.toLowerCase() !== "set-cookie") throw globalErrors.getAllOfOthers();
  return this.getSetCookie();
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
