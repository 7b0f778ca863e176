import { readAttachment } from "../connections/attachment.ts";
import type { LifecycleSockets } from "../lifecycle/capability.ts";
import type { SocketMeta } from "./facet.ts";
import { FacetSocket } from "./facet-socket.ts";
import type { Outbox } from "./outbox.ts";

/** The sockets of a sub-agent: those that the outermost agent owns, beside the platform's own. */
export class FacetSockets implements LifecycleSockets {
  readonly #platform: LifecycleSockets;
  readonly #outbox: Outbox;
  readonly #sockets = new Map<string, FacetSocket>();

  constructor(platform: LifecycleSockets, outbox: Outbox) {
    this.#platform = platform;
    this.#outbox = outbox;
  }

  readonly accept = (socket: WebSocket, tags: string[]): void => {
    if (isFacetSocket(socket)) socket.tag(tags);
    else this.#platform.accept(socket, tags);
  };

  readonly get = (tag?: string): WebSocket[] => {
    const all = [...this.#sockets.values()];
    const found = tag === undefined ? all : all.filter((socket) => socket.isTagged(tag));
    return [...found.map(asWebSocket), ...this.#platform.get(tag)];
  };

  /** A socket that was opened now. */
  add(id: string): FacetSocket {
    const socket = new FacetSocket(id, this.#outbox);
    this.#sockets.set(id, socket);
    return socket;
  }

  /** A socket from before this life of the sub-agent; the same for the same id. */
  restore({ id, tags, uri, user, ...rest }: SocketMeta): FacetSocket {
    const known = this.#sockets.get(id);
    if (known) return known;
    const value = "value" in rest ? { __value: rest.value } : {};
    const attachment = readAttachment({ __pk: { id, tags, uri }, __user: user, ...value });
    const socket = new FacetSocket(id, this.#outbox, attachment);
    socket.tag(tags);
    this.#sockets.set(id, socket);
    return socket;
  }

  find(id: string): FacetSocket | undefined {
    return this.#sockets.get(id);
  }

  remove(id: string): void {
    this.#sockets.get(id)?.ended();
    this.#sockets.delete(id);
  }
}

/** A socket as connections know it. */
export function asWebSocket(socket: FacetSocket): WebSocket {
  return socket as unknown as WebSocket;
}

function isFacetSocket(socket: unknown): socket is FacetSocket {
  return socket instanceof FacetSocket;
}
