import { LifecycleCapability, servicesOf } from "../lifecycle/capability.ts";
import { migrateStateTable } from "./migrate.ts";
import { NO_INITIAL_STATE, type StateHost, type StateSource, StateStore } from "./store.ts";

/** Who changed the state: the object's own code, or a client's connection. */
export type StateChangeSource = StateSource;

/** What an object does with its state. */
export interface StateOptions<T = unknown> {
  /** Stored when the state is first read and there is none. */
  readonly initialState?: T;
  /** Runs after a change was stored. */
  readonly onChanged?: (state: T, source: StateChangeSource) => void | Promise<void>;
  /** Throw to refuse a change; nothing is stored then. */
  readonly validateStateChange?: (nextState: T, source: StateChangeSource) => void;
}

/**
 * A JSON value that an object keeps, in one row.
 *
 * @example
 * readonly state = new State({ initialState: { count: 0 } });
 * readonly lifecycle = Lifecycle.install(this).use(this.state);
 *
 * increment() {
 *   this.state.set({ count: (this.state.get()?.count ?? 0) + 1 });
 * }
 */
export class State<T = unknown> extends LifecycleCapability {
  readonly #store: StateStore;

  /** @param host for the SDK's own hosts: takes the place of the options */
  constructor(options: StateOptions<T> = {}, host?: StateHost) {
    super("state");
    this.#store = new StateStore(host ?? this.#hostOf(options), () => servicesOf(this).sql);
  }

  override async onStart(): Promise<void> {
    const { sql, storage } = servicesOf(this);
    migrateStateTable({ sql, kv: storage.kv });
  }

  /** The state; undefined when there is none and no initial one. */
  get(): T | undefined {
    return this.#store.get() as T | undefined;
  }

  /**
   * Replaces the state: validates, stores, then calls `onChanged`.
   *
   * @throws FreeholdError `state_not_serializable`; SqlError; whatever the validation throws.
   */
  set(nextState: T, source: StateChangeSource = "server"): void {
    this.#store.set(nextState, source);
  }

  #hostOf(options: StateOptions<T>): StateHost {
    const { initialState, onChanged, validateStateChange } = options;
    return {
      initial: () => (initialState === undefined ? NO_INITIAL_STATE : initialState),
      validate: (next, source) => validateStateChange?.(next as T, source),
      changed: (next, _json, source) => {
        if (onChanged) this.#tell(() => onChanged(next as T, source));
      },
    };
  }

  /** A change stands whatever its hook does: failures are logged. */
  #tell(hook: () => void | Promise<void>): void {
    const fail = (error: unknown) => console.error("The hook of a state change failed:", error);
    try {
      const told = hook();
      if (told instanceof Promise) servicesOf(this).waitUntil(told.catch(fail));
    } catch (error) {
      fail(error);
    }
  }
}
