import type { Clock } from "../clock.ts";
import type { Connections } from "../connections/connections.ts";
import type { Emit } from "../observability/events.ts";
import { StorageKey } from "../schema.ts";
import { CloseCode, CloseReason } from "../wire.ts";
import type { Capability } from "./capability.ts";

/** What destroying an agent needs. */
export interface DestructionPorts {
  readonly connections: Connections;
  readonly capabilities: readonly Capability[];
  readonly clock: Clock;
  readonly emit: Emit;
  /** Reads a value stored under a key. */
  stored(key: string): unknown;
  /** Stores a value under a key. */
  store(key: string, value: unknown): void;
  /** Deletes the alarm and everything stored. */
  wipe(): Promise<void>;
  /** Ends this life of the object. */
  abort(reason: string): void;
}

/**
 * Destroys an agent: everything stored, its alarm, its connections. A mark is stored first, so that
 * a destroy that dies half-way is finished by the next alarm; it goes with the rest.
 */
export class Destruction {
  readonly #ports: DestructionPorts;
  #running: Promise<void> | undefined;

  constructor(ports: DestructionPorts) {
    this.#ports = ports;
  }

  /** True from the first call of `destroy` on: nothing may be stored any more. */
  get begun(): boolean {
    return this.#running !== undefined;
  }

  /** Whether an earlier life of the object began to destroy it. */
  pending(): boolean {
    const mark = this.#ports.stored(StorageKey.DESTROY_PENDING);
    return mark === true || (typeof mark === "number" && mark <= this.#ports.clock.now());
  }

  /** Resolves when everything is deleted; the object ends right after. */
  destroy(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    const { connections, capabilities, clock, emit } = this.#ports;
    this.#ports.store(StorageKey.DESTROY_PENDING, true);
    for (const capability of capabilities.toReversed()) await capability.dispose?.();
    connections.closeAll(CloseCode.GOING_AWAY, CloseReason.DESTROYED);
    await this.#ports.wipe();
    // Later, so that the answer to whoever asked for this can still leave.
    clock.after(0, () => this.#ports.abort("destroyed"));
    emit("destroy", {});
  }
}
