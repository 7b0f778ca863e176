import { type Clock, systemClock, within } from "../clock.ts";
import { socketErrors } from "../contract-errors.ts";
import { currentLimits } from "../limits.ts";
import { keyText, type ObjectKey } from "../objects/key.ts";
import type { Connection } from "./connection.ts";
import { HibernatableSocket, type SocketHome } from "./hibernatable-socket.ts";
import { CloseCode, MAX_EVENT_TIMEOUT_MS } from "./limits.ts";
import type { ObjectSockets, SocketOwner, SocketRegistry } from "./object-sockets.ts";
import { WebSocketRequestResponsePair } from "./pair.ts";
import { checkedTags, readableTag } from "./tags.ts";
import { connectionOf } from "./web-socket.ts";

/** How long a shutdown waits for peers to answer the Close frame. */
const CLOSE_GRACE_MS = 1000;

/** All hibernatable sockets of a host. */
export function createSocketRegistry(clock: Clock): SocketRegistry {
  const homes = new Map<string, HibernatableSockets>();
  return {
    of(key, owner) {
      const text = keyText(key);
      let home = homes.get(text);
      if (!home) {
        home = new HibernatableSockets(key, clock, homes);
        homes.set(text, home);
      }
      home.owner = owner;
      return home;
    },
    async close() {
      const open = [...homes.values()];
      const closed = Promise.all(open.map((home) => home.closeAll(CloseCode.goingAway)));
      // Peers live in real time, whatever clock the objects have.
      await within(systemClock, CLOSE_GRACE_MS, closed);
      for (const home of open) home.terminateAll();
      homes.clear();
    },
  };
}

class HibernatableSockets implements ObjectSockets, SocketHome {
  readonly key: ObjectKey;
  owner!: SocketOwner;
  readonly #clock: Clock;
  /** Those of all objects. This one is among them while it has sockets, or is being used. */
  readonly #homes: Map<string, HibernatableSockets>;
  /** In order of acceptance. */
  readonly #sockets = new Map<Connection, HibernatableSocket>();
  /** Made when a socket has tags, which many have not. */
  #byTag: Map<string, Set<HibernatableSocket>> | undefined;
  #autoResponse: { readonly request: string; readonly response: string } | undefined;
  #eventTimeoutMs: number | undefined;
  #whenEmpty: (() => void) | undefined;

  constructor(key: ObjectKey, clock: Clock, homes: Map<string, HibernatableSockets>) {
    this.key = key;
    this.#clock = clock;
    this.#homes = homes;
  }

  get size(): number {
    return this.#sockets.size;
  }

  accept(socket: globalThis.WebSocket, tags: readonly string[]): void {
    const connection = connectionOf(socket);
    if (!connection) throw socketErrors.notASocket();
    const wanted = checkedTags(tags);
    if (connection.phase === "accepted" || connection.phase === "hibernatable") {
      throw socketErrors.alreadyAccepted();
    }
    if (connection.phase !== "fresh" || (connection.peer && connection.peer.phase !== "fresh")) {
      throw socketErrors.pairAlreadyUsed();
    }
    const most = currentLimits().socketsPerObject;
    if (this.#sockets.size >= most) throw socketErrors.tooManySockets(most);
    connection.phase = "hibernatable";
    const entry = new HibernatableSocket(this, connection, wanted, socket);
    if (this.#sockets.size === 0) this.#homes.set(keyText(this.key), this);
    this.#sockets.set(connection, entry);
    for (const tag of wanted) {
      this.#byTag ??= new Map();
      const tagged = this.#byTag.get(tag);
      if (tagged) tagged.add(entry);
      else this.#byTag.set(tag, new Set([entry]));
    }
    entry.start();
  }

  list(tag?: string): globalThis.WebSocket[] {
    if (tag === undefined) {
      return Array.from(this.#sockets.values(), (entry) => entry.borrow()).reverse();
    }
    return Array.from(this.#byTag?.get(String(tag)) ?? [], (entry) => entry.borrow());
  }

  tags(socket: globalThis.WebSocket): string[] {
    const connection = connectionOf(socket);
    const entry = connection && this.#sockets.get(connection);
    if (entry) return entry.tags.map(readableTag);
    if (connection?.phase === "accepted") throw socketErrors.tagsOfStandardSocket();
    throw socketErrors.tagsBeforeAccept();
  }

  setAutoResponse(pair: { readonly request: string; readonly response: string } | undefined): void {
    if (pair !== undefined && !WebSocketRequestResponsePair.isPair(pair)) {
      throw socketErrors.notAnAutoResponse();
    }
    this.#autoResponse = pair;
  }

  getAutoResponse(): { readonly request: string; readonly response: string } | null {
    return this.#autoResponse ?? null;
  }

  getAutoResponseTimestamp(socket: globalThis.WebSocket): Date | null {
    const connection = connectionOf(socket);
    const time = connection && this.#sockets.get(connection)?.autoResponseTime;
    return time === undefined ? null : new Date(time);
  }

  setEventTimeout(ms: number | undefined): void {
    const wanted = Math.trunc(Number(ms ?? 0));
    if (!Number.isFinite(wanted)) throw socketErrors.eventTimeoutNoNumber();
    if (wanted < 0) throw socketErrors.eventTimeoutNegative();
    if (wanted > MAX_EVENT_TIMEOUT_MS) throw socketErrors.eventTimeoutTooLong();
    this.#eventTimeoutMs = wanted === 0 ? undefined : wanted;
  }

  getEventTimeout(): number | null {
    return this.#eventTimeoutMs ?? null;
  }

  hibernate(): void {
    for (const entry of this.#sockets.values()) entry.takeBack();
    if (this.#sockets.size === 0) this.#homes.delete(keyText(this.key));
  }

  terminateAll(): void {
    for (const entry of [...this.#sockets.values()]) {
      this.removed(entry);
      entry.terminate();
    }
    this.#homes.delete(keyText(this.key));
  }

  /** Sends Close on every socket; resolves when all are gone. */
  closeAll(code: number): Promise<void> {
    if (this.#sockets.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenEmpty = resolve;
      for (const entry of this.#sockets.values()) entry.shutDown(code);
    });
  }

  autoAnswer(text: string): string | undefined {
    const pair = this.#autoResponse;
    return pair !== undefined && pair.request === text ? pair.response : undefined;
  }

  now(): number {
    return this.#clock.now();
  }

  removed(entry: HibernatableSocket): void {
    this.#sockets.delete(entry.connection);
    for (const tag of entry.tags) {
      const tagged = this.#byTag?.get(tag);
      tagged?.delete(entry);
      if (tagged?.size === 0) this.#byTag?.delete(tag);
    }
    if (this.#sockets.size === 0) this.#whenEmpty?.();
  }
}
