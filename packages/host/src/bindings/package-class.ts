import type { Timer } from "../clock.ts";
import type { DurableObjectStorage } from "../storage/durable-object-storage.ts";

/**
 * A class whose objects belong to a package instead of the user's module: each object has a database,
 * an alarm, gates and a life in memory as a Durable Object has, and runs the package's code.
 *
 * - `kind` and `name` MUST NOT change once there are objects: their files lie under them. Together
 *   they MUST be unique on the host.
 * - `create` makes one object, inside of it, each time that it comes into memory. It MUST NOT call
 *   others.
 * - Public methods can be called through the namespace, with the rules of remote calls: arguments and
 *   results are copied, and nothing leaves before what was written is durable. A method `alarm` is the
 *   object's alarm handler.
 */
export interface PackageClass<T extends object = object> {
  /** What its objects are: `workflow`. Letters. */
  readonly kind: string;
  /** Letters, digits, `-` and `_`; at most 64. */
  readonly name: string;
  create(context: PackageObjectContext): T;
}

/** What an object of a package has of its host. It lasts as long as the object is in memory. */
export interface PackageObjectContext {
  /** What the object was made by, and `undefined` only when the catalogue lost it. */
  readonly name: string | undefined;
  readonly storage: DurableObjectStorage;
  /** `env` of the version of the user's code that this object runs. */
  readonly env: object;
  /** What the user's module exports in that version; `undefined` when it does not. */
  exported(name: string): unknown;
  /** A `ctx` for the user's code that runs inside of the object. */
  executionContext(): object;
  /**
   * Keeps the object in memory, and a drain waiting, until the returned function is called. It MUST be
   * called once: what runs apart from events, such as a promise that no event waits for, is lost with
   * the object otherwise.
   */
  keepBusy(): () => void;
  /**
   * The object leaves memory as soon as nothing runs that is counted: no event, and nothing kept busy.
   * With `idle` it waits for timers and open sockets of its code as well; with `cut` these end. What
   * else it had begun goes no further: its promises never settle.
   */
  leave(how: "idle" | "cut"): void;
  /**
   * Calls back as code of the object, after so many milliseconds of the host's clock, and never once
   * the object has left memory. It does not keep the object in memory.
   */
  after(delayMs: number, callback: () => void): Timer;
  /** As `after`, in the next turn of the event loop: what was set free before has run by then. */
  soon(callback: () => void): void;
  /** New code, or the host's end, waits for this object: it SHOULD stop where it can be taken up. */
  readonly isDraining: boolean;
  /** The object has left memory, or was reset: nothing may be stored any more. */
  readonly isOver: boolean;
}

/** An object of a package as others call it. */
export type Remote<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : never;
};

/** An object that has something stored. Times are in milliseconds since the epoch. */
export interface ListedObject {
  readonly name: string;
  readonly created: number;
  readonly lastActive: number;
}

export interface ListObjectsOptions {
  /** At most so many. Default 100. */
  readonly limit?: number;
  /** Goes on after the last object of the page before. */
  readonly after?: ListedObject;
}

/** All objects of one class of a package. */
export interface PackageNamespace<T extends object = object> {
  /** The object of a name. Nothing is stored before it stores something itself. */
  get(name: string): Remote<T>;
  /** Objects that have something stored, the youngest first. */
  list(options?: ListObjectsOptions): readonly ListedObject[];
}
