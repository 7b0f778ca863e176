import { AsyncLocalStorage } from "node:async_hooks";

/** What starting needs. */
export interface StartupHost {
  /** Runs `body` while no other event of the object is delivered. */
  block(body: () => Promise<void>): Promise<void>;
  /** Everything that happens at a start; may fail, and is then run again by the next event. */
  start(props: unknown): Promise<void>;
}

/** Where an agent stands. */
export type StartStatus = "zero" | "starting" | "started";

const inside = new AsyncLocalStorage<Startup>();

/** Starts an agent once, at its first event. */
export class Startup {
  readonly #host: StartupHost;
  #status: StartStatus = "zero";
  #pending: Promise<void> | undefined;

  constructor(host: StartupHost) {
    this.#host = host;
  }

  get status(): StartStatus {
    return this.#status;
  }

  /**
   * Returns undefined when the agent has started, so that the common case costs nothing; otherwise
   * a promise of the start, shared by everyone who asks meanwhile. Inside the start itself it is
   * undefined too: what runs there must not wait for its own end.
   */
  ensure(props?: unknown): Promise<void> | undefined {
    if (this.#status === "started") return undefined;
    if (this.#status === "starting" && inside.getStore() === this) return undefined;
    this.#pending ??= this.#run(props);
    return this.#pending;
  }

  async #run(props: unknown): Promise<void> {
    this.#status = "starting";
    let failure: { readonly error: unknown } | undefined;
    // The failure is thrown outside of the block: inside, it would reset the object.
    await this.#host.block(async () => {
      try {
        await inside.run(this, () => this.#host.start(props));
      } catch (error) {
        failure = { error };
      }
    });
    this.#pending = undefined;
    this.#status = failure ? "zero" : "started";
    if (failure) throw failure.error;
  }
}
