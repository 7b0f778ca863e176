import type { Clock } from "../clock.ts";
import type { EndReason } from "../context.ts";
import { facetErrors } from "../contract-errors.ts";
import type { HostLimits } from "../limits.ts";
import { Activation, type ActivationHost } from "../objects/activation.ts";
import { hasHandler, runSocketEvent } from "../objects/events.ts";
import type { DurableObjectId } from "../objects/id.ts";
import { DurableObjectState } from "../objects/state.ts";
import type { ObjectSockets, SocketOwner } from "../sockets/object-sockets.ts";
import type { FacetPath } from "../storage/facet-numbers.ts";
import type { FacetStore, FacetStores, ObjectStoreHost } from "../storage/object-store.ts";
import type { WorkerVersion } from "../worker/version.ts";
import { DurableObjectFacets } from "./durable-object-facets.ts";
import type { FacetOwner, Facets } from "./facets.ts";
import { asError, type Failure, resetFailure } from "./failure.ts";
import type { ForeignFacet, ForeignStore } from "./foreign.ts";
import { type FacetStartup, readStartup } from "./startup.ts";

/** What the facets of one object share. */
export interface FacetHome {
  /** The object's id, which stands on errors of its facets too. */
  readonly objectId: string;
  readonly label: string;
  readonly clock: Clock;
  readonly limits: HostLimits;
  readonly stores: FacetStores;
  /** The code that facets are made of now. */
  version(): WorkerVersion;
  sockets(path: FacetPath, owner: SocketOwner): ObjectSockets;
  report(error: unknown, label: string, where: string): void;
}

/** What stubs are bound to: it ends when the facet is reset, aborted, deleted or cloned over. */
export interface Bond {
  failure: Failure | undefined;
}

/** One facet: running, asleep with sockets, or about to start. Ended by whoever owns it. */
export class Facet implements FacetOwner {
  readonly path: FacetPath;
  /** The facets below. */
  readonly facets: Facets;
  bond: Bond = { failure: undefined };
  /** It is no longer known under its name: look it up again. */
  isGone = false;
  readonly #home: FacetHome;
  readonly #parent: FacetOwner;
  /** What it was last made of: it wakes with the same for its sockets. */
  #startup: FacetStartup | undefined;
  #starting: PromiseWithResolvers<Activation> | undefined;
  /** Why it did not start. Stands until it is aborted or deleted. */
  #refusal: { readonly error: unknown } | undefined;
  #activation: Activation | undefined;
  #store: FacetStore | undefined;
  /** The same, when it runs elsewhere. */
  #foreign: ForeignStore | undefined;
  /** What has to be over before the next start: the end of the one before, or its erasure. */
  #ending: Promise<void> | undefined;
  #sockets: ObjectSockets | undefined;

  /** @param below makes the facets below */
  constructor(
    home: FacetHome,
    parent: FacetOwner,
    name: string,
    below: (owner: FacetOwner) => Facets,
  ) {
    this.#home = home;
    this.#parent = parent;
    this.path = [...parent.path, name];
    this.facets = below(this);
  }

  get id(): DurableObjectId | string {
    return this.#startup?.id ?? this.#parent.id;
  }

  get activation(): Activation | undefined {
    return this.#activation;
  }

  get isBusy(): boolean {
    if (this.#starting !== undefined) return true;
    return this.#activation?.isBusy ?? this.facets.isBusy;
  }

  get openSockets(): number {
    return this.#sockets?.size ?? 0;
  }

  /** Resolves when nothing of it is in flight. */
  get ended(): Promise<void> {
    return this.#ending ?? Promise.resolve();
  }

  /** Runs `start` with the activation, in the order of the calls. */
  reach<T>(
    askForStartup: () => Promise<unknown>,
    start: (activation: Activation) => Promise<T>,
  ): Promise<T> {
    if (this.#starting !== undefined) return this.#starting.promise.then(start);
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal.error);
    if (this.#activation !== undefined) return start(this.#activation);
    const starting = Promise.withResolvers<Activation>();
    this.#starting = starting;
    askForStartup().then(
      (value) => this.#started(starting, value),
      (error: unknown) => this.#refused(starting, error),
    );
    return starting.promise.then(start);
  }

  /** Ends it with all below. Whoever has used it is told why. */
  stop(failure: Failure): void {
    this.bond.failure ??= failure;
    this.bond = { failure: undefined };
    this.#refusal = undefined;
    const starting = this.#starting;
    this.#starting = undefined;
    starting?.reject(failure());
    this.#activation?.break(asError(failure));
    this.facets.stopAll(failure);
    this.#sockets?.terminateAll();
    this.#startup = undefined;
    this.#forgetIfDone();
  }

  /** Ends it with all below; sockets and storage stay. */
  end(reason: EndReason): void {
    this.#refusal = undefined;
    if (this.#activation === undefined) void this.facets.end(reason, undefined);
    else this.#activation.end(reason);
    this.#forgetIfDone();
  }

  /** Does something with its files once they are closed. The next start waits for it. */
  whenEnded(action: () => Promise<void>): Promise<void> {
    const done = Promise.all([this.ended, this.facets.ended]).then(action);
    this.#endingWith(done);
    return done;
  }

  /** What it holds now; `undefined` when its file has to be read. */
  image(): Promise<Uint8Array | undefined> | undefined {
    const [activation, store] = [this.#activation, this.#store];
    if (activation === undefined || store === undefined) return undefined;
    if (this.#foreign !== undefined) return this.#foreign.imageLater();
    store.commit();
    if (!store.isInTransaction) return Promise.resolve(store.image());
    // A transaction over several turns is on: what it wrote so far is not to be seen.
    return activation.deliver(() => store.image());
  }

  /** Something below has become idle, or is gone. */
  settled(): void {
    if (this.#activation === undefined) this.#parent.settled();
    else this.#activation.activity.recheck();
    this.#forgetIfDone();
  }

  #started(starting: PromiseWithResolvers<Activation>, value: unknown): void {
    if (this.#starting !== starting) return;
    try {
      // A message may have woken it meanwhile.
      const activation = this.#activation ?? this.#activate(readStartup(value, this.#parent.id));
      starting.resolve(activation);
      // Those who wait are served before those who come later.
      void starting.promise.then(() => queueMicrotask(() => this.#noLonger(starting)));
    } catch (error) {
      this.#refused(starting, error);
    }
  }

  #noLonger(starting: PromiseWithResolvers<Activation>): void {
    if (this.#starting === starting) this.#starting = undefined;
    if (!this.isBusy) this.#parent.settled();
  }

  #refused(starting: PromiseWithResolvers<Activation>, error: unknown): void {
    if (this.#starting !== starting) return;
    this.#starting = undefined;
    this.#refusal = { error };
    starting.reject(error);
    this.#parent.settled();
  }

  #activate(startup: FacetStartup): Activation {
    this.#startup = startup;
    const activation = new Activation(this.#hostOf(startup));
    this.#activation = activation;
    activation.start(this.#ending);
    return activation;
  }

  #hostOf(startup: FacetStartup): ActivationHost {
    const { clock, limits, report } = this.#home;
    const version = this.#home.version();
    const { env, exports } = version;
    const label = `${this.#home.label} ${startup.className}/${this.path.at(-1)}`;
    const bond = this.bond;
    return {
      ...{ clock, limits, label, env, exports },
      children: () => this.facets,
      deleteChildren: () => this.facets.deleteAll(),
      openStore: async (host) => {
        const { foreign } = startup;
        this.#foreign = foreign && (await foreign.open(this.#foreignFacet(startup, label, host)));
        this.#store =
          this.#foreign ?? (await this.#home.stores.open(this.path, withoutAlarms(host)));
        return this.#store;
      },
      construct: (activation, store) =>
        this.#foreign?.instance ?? this.#construct(startup, version, activation, store.api),
      hasAlarmHandler: (instance) => hasHandler(instance, "alarm"),
      onIdle: () => this.#parent.settled(),
      onEnd: (activation, why, reset) => this.#left(activation, bond, why, reset),
      report: (error, where) => report(error, label, where),
    };
  }

  #foreignFacet(
    { id, props }: FacetStartup,
    label: string,
    { onFailure }: ObjectStoreHost,
  ): ForeignFacet {
    const { objectId, limits, stores } = this.#home;
    return {
      ...{ id, props, label, objectId, limits },
      lend: () => stores.lend(this.path),
      broken: (reason) => onFailure(reason instanceof Error ? reason : new Error(String(reason))),
    };
  }

  #construct(
    { className, props, id }: FacetStartup,
    version: WorkerVersion,
    activation: Activation,
    storage: object,
  ): object {
    const Class = version.objectClass(className);
    const state = new DurableObjectState({
      ...{ activation, id, props, storage },
      exports: version.exports,
      facets: new DurableObjectFacets(() => this.facets, activation),
      sockets: () => this.#ownSockets(),
    });
    return new Class(state, version.env);
  }

  #left(activation: Activation, bond: Bond, why: EndReason, reset: Error | undefined): void {
    this.#activation = undefined;
    this.#store = undefined;
    this.#foreign = undefined;
    if (why === "reset") this.#sockets?.terminateAll();
    else this.#sockets?.hibernate();
    if (reset !== undefined) {
      bond.failure ??= resetFailure(reset);
      if (this.bond === bond) this.bond = { failure: undefined };
    }
    this.#endingWith(activation.ended);
    this.#parent.settled();
  }

  #endingWith(work: Promise<void>): void {
    const over = () => {
      if (this.#ending !== ending) return;
      this.#ending = undefined;
      this.#forgetIfDone();
    };
    const ending: Promise<void> = Promise.all([this.#ending, work]).then(over, over);
    this.#ending = ending;
  }

  #forgetIfDone(): void {
    const isUsed = this.#activation ?? this.#starting ?? this.#refusal ?? this.#ending;
    if (this.isGone || isUsed !== undefined || this.openSockets > 0 || !this.facets.isEmpty) return;
    this.isGone = true;
    this.#parent.facets.forget(this);
  }

  #ownSockets(): ObjectSockets {
    this.#sockets ??= this.#home.sockets(this.path, {
      deliver: async (event, socket) => {
        try {
          const limitMs = this.#sockets?.getEventTimeout() ?? null;
          await this.#awake()?.deliver((origin) => runSocketEvent(origin, event, socket, limitMs));
        } catch (error) {
          const isReset = error instanceof Error && "durableObjectReset" in error;
          if (!isReset) this.#home.report(error, this.#home.label, `webSocket ${event.type}`);
        }
      },
      gate: () => this.#activation?.gate(),
    });
    return this.#sockets;
  }

  /** For its sockets it wakes by itself, without its parent. */
  #awake(): Activation | undefined {
    if (this.#activation !== undefined || this.#startup === undefined) return this.#activation;
    return this.#activate(this.#startup);
  }
}

function withoutAlarms(host: ObjectStoreHost): ObjectStoreHost {
  return {
    ...host,
    mayHaveAlarm() {
      if (!host.mayHaveAlarm()) return false;
      throw facetErrors.noAlarms();
    },
  };
}
