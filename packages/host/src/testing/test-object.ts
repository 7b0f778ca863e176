import { setImmediate, setTimeout } from "node:timers/promises";
import { systemClock } from "../clock.ts";
import type { Entry } from "../objects/entry.ts";
import { DirectoryHandle } from "../objects/handle.ts";
import type { Directory } from "../objects/object-directory.ts";
import type { DurableObjectState } from "../objects/state.ts";
import { stubState } from "../rpc/stub-state.ts";

/**
 * How an eviction ended.
 * - `evicted`: the object left memory; its storage is as it was.
 * - `asleep`: it was not in memory.
 * - `busy`: something of it still ran when the patience was over; nothing has changed.
 */
export type Eviction = "evicted" | "asleep" | "busy";

export interface EvictionOptions {
  /** Whether the object's hibernatable sockets are disconnected. Default false. */
  readonly disconnect?: boolean;
  /** How long to wait for what runs, in milliseconds of the machine's time. */
  readonly patienceMs: number;
}

/** One object, as a test may handle it. */
export interface TestObject {
  readonly className: string;
  /** Unique name of its namespace on this host. */
  readonly namespace: string;
  /**
   * Runs a callback inside the object, as an event of its own, with the instance itself and its `ctx`.
   * Results and errors come back as they are, not copied.
   */
  run<R>(callback: (instance: object, state: DurableObjectState) => R | PromiseLike<R>): Promise<R>;
  evict(options: EvictionOptions): Promise<Eviction>;
}

/** The object behind a stub of `directory`; `undefined` for all else. */
export function objectBehind(directory: Directory, stub: unknown): TestObject | undefined {
  if (typeof stub !== "object" || stub === null) return undefined;
  const hook = stubState(stub)?.hook;
  if (!(hook instanceof DirectoryHandle) || hook.directory !== directory) return undefined;
  const { key, className } = hook.address;
  return {
    className,
    namespace: key.namespace,
    run: (callback) =>
      hook.run(({ activation }) => {
        const state = directory.stateOf(activation);
        if (state === undefined) throw new Error("The object has no state.");
        return callback(activation.instance, state);
      }),
    evict: (options) => {
      const entry = directory.entries.find((other) => isSame(other.key, key));
      return entry === undefined ? Promise.resolve("asleep") : evict(entry, options);
    },
  };
}

function isSame(one: Entry["key"], other: Entry["key"]): boolean {
  return one.id === other.id && one.namespace === other.namespace;
}

/** Turns of the event loop that may pass before a wait gives the machine a rest. */
const TURNS_BEFORE_REST = 20;

/** Ends the activation of an object once nothing of it runs. */
export async function evict(entry: Entry, options: EvictionOptions): Promise<Eviction> {
  const { activation } = entry;
  if (activation === undefined) {
    await entry.ending;
    return "asleep";
  }
  const end = systemClock.now() + options.patienceMs;
  for (let turn = 0; activation.isBusy; turn += 1) {
    if (systemClock.now() >= end) return "busy";
    await (turn < TURNS_BEFORE_REST ? setImmediate() : setTimeout(1));
  }
  activation.end("evicted");
  if (options.disconnect) entry.sockets?.terminateAll();
  await activation.ended;
  return "evicted";
}
