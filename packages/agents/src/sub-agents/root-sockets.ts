import { closeQuietly, sendQuietly } from "../connections/connections.ts";
import type { LifecycleSockets } from "../lifecycle/capability.ts";
import { CloseCode, CloseReason } from "../wire.ts";
import type { SocketMeta, TargetedMeta } from "./facet.ts";
import type { Frame } from "./outbox.ts";
import { type AgentPath, isWithin, pathKey } from "./path.ts";
import { keptOf, readStored, storedAttachment } from "./stored-socket.ts";
import { matchSubAgent } from "./url.ts";

const OPEN = 1;

/** A socket to a sub-agent. */
export interface Target {
  readonly socket: WebSocket;
  readonly id: string;
  /** The sub-agent; empty when there is none any more. */
  readonly path: AgentPath;
  readonly key: string;
}

/** What the outermost agent's sockets to sub-agents need. */
export interface RootSocketPorts {
  readonly sockets: LifecycleSockets;
  /** The agent's own path. */
  path(): AgentPath;
  knownClasses(): readonly string[];
}

/**
 * The sockets to sub-agents, which the outermost agent owns. Whose a socket is stands in its
 * attachment, as the URL of its upgrade, beside what the sub-agent keeps with it.
 */
export class RootSockets {
  readonly #ports: RootSocketPorts;
  readonly #targets = new WeakMap<WebSocket, Target | null>();
  /** Those that were not closed, by sub-agent and id. */
  #open: Map<string, Target> | undefined;

  constructor(ports: RootSocketPorts) {
    this.#ports = ports;
  }

  /** Takes a new socket of the sub-agent that `path` leads to; `url` is that of its upgrade. */
  accept(socket: WebSocket, id: string, url: string, path: AgentPath): Target {
    const target: Target = { socket, id, path, key: pathKey(path) };
    const open = this.#all();
    this.#ports.sockets.accept(socket, [id]);
    const pk = { id, tags: [id], uri: url };
    socket.serializeAttachment(storedAttachment({ pk, url, kept: { user: null, tags: [id] } }));
    this.#targets.set(socket, target);
    open.set(indexOf(target), target);
    return target;
  }

  /** Whose socket this is; undefined for one of the agent's own. */
  of(socket: WebSocket): Target | undefined {
    let target = this.#targets.get(socket);
    if (target === undefined) {
      target = this.#read(socket) ?? null;
      this.#targets.set(socket, target);
    }
    return target ?? undefined;
  }

  find(key: string, id: string): Target | undefined {
    return this.#all().get(indexOf({ key, id }));
  }

  forget(target: Target): void {
    const open = this.#all();
    if (open.get(indexOf(target)) === target) open.delete(indexOf(target));
  }

  /** The open sockets to a sub-agent and to those inside it, as they need them. */
  metas(prefix: string): TargetedMeta[] {
    return [...this.#all().values()]
      .filter(({ key, socket }) => isWithin(key, prefix) && socket.readyState === OPEN)
      .flatMap((target) => {
        const meta = this.meta(target);
        return meta ? [{ ...meta, key: target.key }] : [];
      });
  }

  /** What a sub-agent needs to know of its socket. */
  meta({ id, socket }: Target): SocketMeta | undefined {
    const stored = readStored(socket.deserializeAttachment());
    return stored && { id, uri: this.#match(stored.url).uri, ...stored.kept };
  }

  /** Does what a sub-agent asks for with its sockets. */
  apply(key: string, frames: readonly Frame[]): void {
    for (const frame of frames) {
      for (const id of frame.kind === "send" ? frame.to : [frame.to]) {
        const target = this.find(key, id);
        if (target) perform(target, frame);
      }
    }
  }

  /** Closes the sockets to a sub-agent and to those inside it; what still comes is nobody's. */
  closeWithin(prefix: string, code: number, reason: string): void {
    for (const target of [...this.#all().values()]) {
      if (!isWithin(target.key, prefix)) continue;
      this.forget(target);
      this.#targets.set(target.socket, { ...target, path: [] });
      closeQuietly(target.socket, code, reason);
    }
  }

  /** Closes all of them: the agent is being destroyed. */
  closeAll(): void {
    for (const { socket } of this.#all().values()) {
      closeQuietly(socket, CloseCode.GOING_AWAY, CloseReason.DESTROYED);
    }
    this.#open = new Map();
  }

  #all(): Map<string, Target> {
    if (!this.#open) {
      const targets = this.#ports.sockets.get().flatMap((socket) => this.of(socket) ?? []);
      const open = targets.filter(({ socket }) => socket.readyState === OPEN);
      this.#open = new Map(open.map((target) => [indexOf(target), target]));
    }
    return this.#open;
  }

  #read(socket: WebSocket): Target | undefined {
    const stored = readStored(socket.deserializeAttachment());
    if (!stored) return undefined;
    const { path } = this.#match(stored.url);
    return { socket, id: stored.pk.id, path, key: pathKey(path) };
  }

  /** The sub-agent that a URL leads to, and the URL that it sees. */
  #match(url: string): { readonly path: AgentPath; readonly uri: string } {
    const known = this.#ports.knownClasses();
    const seen = new URL(url);
    let path: AgentPath = [];
    for (;;) {
      const match = matchSubAgent(seen.pathname, known);
      if (!match) break;
      path = [...path, { className: match.childClass, name: match.childName }];
      seen.pathname = match.remainingPath;
    }
    return { path: path.length > 0 ? [...this.#ports.path(), ...path] : [], uri: seen.href };
  }
}

function indexOf({ id, key }: Pick<Target, "id" | "key">): string {
  return `${key}\n${id}`;
}

function perform({ socket }: Target, frame: Frame): void {
  if (frame.kind === "send") sendQuietly(socket, frame.message);
  else if (frame.kind === "close") {
    closeQuietly(socket, frame.code ?? CloseCode.NORMAL, frame.reason ?? "");
  } else {
    const stored = readStored(socket.deserializeAttachment());
    const kept = keptOf(frame.attachment);
    if (stored && kept) socket.serializeAttachment(storedAttachment({ ...stored, kept }));
  }
}
