import type { RpcTarget } from "capnweb";
import type { ConnectionRecord } from "../connections/connection.ts";
import { CAPNWEB_SEND } from "../wire.ts";
import { type SessionPort, SessionSocket } from "./session-socket.ts";

type Library = typeof import("capnweb");

/** The client's main object, as the library's proxy shows it. */
interface RemoteClient {
  message(frame: string | Uint8Array): Disposable;
}

/** What a session's client may reach. */
export interface SessionHost {
  /** Names of the methods that clients may call. */
  readonly methods: Iterable<string>;
  /** Runs a method for a client. */
  call(from: ConnectionRecord, method: string, args: unknown[]): unknown;
  /** A frame of a client, as if it had come on a WebSocket. */
  received(from: ConnectionRecord, frame: string | ArrayBuffer): unknown;
}

/** What a client calls: the host's methods, and the pipe for its frames. */
type RootClass = new (from: () => ConnectionRecord) => RpcTarget;

/** Makes the class of the object that clients of one host see. Only its prototype is reachable. */
export function rootClass({ RpcTarget: Base }: Library, host: SessionHost): RootClass {
  class Root extends Base {
    readonly #from: () => ConnectionRecord;

    constructor(from: () => ConnectionRecord) {
      super();
      this.#from = from;
    }

    static define(name: string, run: (from: ConnectionRecord, args: unknown[]) => unknown): void {
      function method(this: Root, ...args: unknown[]): unknown {
        return run(this.#from(), args);
      }
      Object.defineProperty(Root.prototype, name, { value: method, configurable: true });
    }
  }
  for (const name of host.methods) Root.define(name, (from, args) => host.call(from, name, args));
  Root.define(CAPNWEB_SEND, async (from, [frame]) => {
    await host.received(from, frameOf(frame));
  });
  return Root;
}

/** Starts a session on an accepted socket. `from` gives its connection once that is made. */
export function startSession(
  library: Library,
  Root: RootClass,
  url: string,
  socket: WebSocket,
  from: () => ConnectionRecord,
): SessionSocket {
  const client: unknown = library.newWebSocketRpcSession(socket, new Root(from));
  const port: SessionPort = {
    socket,
    // Nobody waits for the answer: its place is given back at once.
    deliver: (frame) => (client as RemoteClient).message(frame)[Symbol.dispose](),
  };
  return new SessionSocket(url, port);
}

/** Clients send text or bytes; whatever else comes is text to nobody's harm. */
function frameOf(value: unknown): string | ArrayBuffer {
  if (value instanceof ArrayBuffer) return value;
  return value instanceof Uint8Array ? new Uint8Array(value).buffer : String(value);
}
