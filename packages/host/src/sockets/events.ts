import { setImmediate } from "node:timers";
import { type InvocationContext, invocation } from "../context.ts";
import type { ChannelClose } from "./channel.ts";

/** Dispatches events one after the other, each in a turn of its own. */
export interface EventInbox {
  /** The event is made when its turn has come. */
  dispatch(make: () => Event): void;
}

/**
 * Events of a standard socket start in order, in the context that accepted the socket, each in a
 * macrotask of its own, so that everything one handler has queued runs before the next starts.
 */
export function eventInbox(
  target: EventTarget,
  context: InvocationContext | undefined,
): EventInbox {
  const waiting: (() => Event)[] = [];
  const start = () => {
    const make = waiting.shift();
    if (!make) return;
    if (waiting.length > 0) setImmediate(turn);
    fire(target, make());
  };
  const inContext = context ? () => invocation.run(context, start) : start;
  const turn = () => (context?.run ? context.run(inContext) : inContext());
  return {
    dispatch(make) {
      waiting.push(make);
      if (waiting.length === 1) setImmediate(turn);
    },
  };
}

/** As in Workers, a handler property such as `onmessage` runs before the listeners. */
function fire(target: EventTarget, event: Event): void {
  const handler: unknown = Reflect.get(target, `on${event.type}`);
  if (typeof handler === "function") Reflect.apply(handler, target, [event]);
  target.dispatchEvent(event);
}

export function messageEvent(
  data: string | Uint8Array,
  binaryType: "blob" | "arraybuffer",
): MessageEvent {
  if (typeof data === "string") return new MessageEvent("message", { data });
  const bytes = toArrayBuffer(data);
  return new MessageEvent("message", {
    data: binaryType === "blob" ? new Blob([bytes]) : bytes,
  });
}

export function closeEvent({ code, reason, wasClean }: ChannelClose): Event {
  return new CloseEvent("close", { code, reason, wasClean });
}

/** What `ErrorEvent` is in Workers; Node has none. */
export class ErrorEvent extends Event {
  readonly message: string;
  readonly filename: string;
  readonly lineno: number;
  readonly colno: number;
  readonly error: unknown;

  constructor(
    type: string,
    init: {
      readonly message?: string;
      readonly filename?: string;
      readonly lineno?: number;
      readonly colno?: number;
      readonly error?: unknown;
      readonly bubbles?: boolean;
      readonly cancelable?: boolean;
    } = {},
  ) {
    super(type, init);
    this.message = init.message ?? "";
    this.filename = init.filename ?? "";
    this.lineno = init.lineno ?? 0;
    this.colno = init.colno ?? 0;
    this.error = init.error;
  }
}

export function errorEvent(error: Error): Event {
  return new ErrorEvent("error", { message: `Uncaught ${error}`, error });
}

/** A buffer of its own: the bytes may be a view into something larger that is reused. */
export function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
