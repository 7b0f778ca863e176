import type { AlarmIndex } from "../../alarms/alarms.ts";
import { type Clock, systemClock } from "../../clock.ts";
import { runOutside } from "../../context.ts";
import { facetErrors } from "../../contract-errors.ts";
import { FreeholdError } from "../../errors.ts";
import type { Files } from "../../files.ts";
import { deliveredRequest } from "../../http/request.ts";
import type { HostLimits } from "../../limits.ts";
import { Activation, type ActivationHost } from "../../objects/activation.ts";
import { hasHandler, runCall, runFetch } from "../../objects/events.ts";
import { DurableObjectId } from "../../objects/id.ts";
import { throwAsRemote } from "../../objects/reset.ts";
import { DurableObjectState } from "../../objects/state.ts";
import { outAndBack, send } from "../../rpc/exchange.ts";
import { DatabasePool } from "../../storage/pool.ts";
import { FileObjectStore } from "../../storage/store.ts";
import type { LoadedVersion } from "../../worker/loaded-version.ts";
import type { ObjectStart } from "../wire.ts";
import { askAbout, type HostStorage, RemoteJournal, remoteFiles } from "./remote-file.ts";

/** What all objects of this process share. */
export interface ObjectRoom {
  readonly version: LoadedVersion;
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
}

/** As many as the host lets be open. */
const MOST_DATABASES = 64;

/** The objects of this process: facets, whose storage is the host's. */
export class CellObjects {
  readonly #objects = new Map<number, CellObject>();
  #pool: DatabasePool | undefined;

  start(number: number, start: ObjectStart, storage: HostStorage, room: ObjectRoom): void {
    this.#pool ??= poolFor(room.clock, start.limits);
    const kept = storage.dup();
    this.#objects.set(number, new CellObject(number, start, kept, room, this.#pool));
  }

  object(number: number): CellObject {
    const found = this.#objects.get(number);
    if (found === undefined) throw new Error(`There is no object ${number}.`);
    return found;
  }

  async end(number: number, reason: Error | null): Promise<void> {
    const object = this.#objects.get(number);
    await object?.end(reason);
    this.#objects.delete(number);
  }
}

/** One object: an activation as the host has them, whose file the host looks after. */
class CellObject {
  readonly #start: ObjectStart;
  readonly #storage: HostStorage;
  readonly #activation: Activation;
  #store: FileObjectStore | undefined;

  constructor(
    number: number,
    start: ObjectStart,
    storage: HostStorage,
    room: ObjectRoom,
    pool: DatabasePool,
  ) {
    this.#start = start;
    this.#storage = storage;
    this.#activation = new Activation(this.#host(number, room, pool));
    this.#activation.start(undefined);
  }

  call(path: readonly string[], args: readonly unknown[] | undefined): Promise<unknown> {
    const { objectId } = this.#start;
    return send(args, (received) =>
      this.#activation.receive(
        (origin) => runCall(origin, path, received, objectId),
        received.bytes,
      ),
    );
  }

  fetch(request: Request): Promise<Response> {
    const delivered = deliveredRequest(request);
    const receive = () => this.#activation.receive((origin) => runFetch(origin, delivered));
    return outAndBack(() => receive().catch(throwAsRemote));
  }

  image(): Promise<Uint8Array | undefined> {
    return this.#activation.deliver(() => {
      this.#store?.commit();
      return this.#store?.image();
    });
  }

  async end(reason: Error | null): Promise<void> {
    if (reason === null) this.#activation.end("evicted");
    else this.#activation.break(reason);
    await this.#activation.ended;
    this.#storage[Symbol.dispose]();
  }

  #host(number: number, room: ObjectRoom, pool: DatabasePool): ActivationHost {
    const { label, limits } = this.#start;
    const { env, exports } = room.version;
    const { clock, report } = room;
    const ask = askAbout(number);
    const journal = new RemoteJournal(ask, this.#storage);
    const files = remoteFiles(ask) as Files;
    return {
      ...{ clock, limits, label, env, exports },
      children: () => undefined,
      deleteChildren: () => undefined,
      openStore: (host) => {
        this.#store = new FileObjectStore({
          key: { namespace: "loaded", id: String(number) },
          path: this.#start.path,
          journal,
          room: { files, clock, pool, index: noAlarms, onError: report },
          host: { ...host, mayHaveAlarm: () => refuseAlarm(host.mayHaveAlarm()) },
          register: () => runOutside(async () => await this.#storage.register()),
          forget: () => undefined,
          onClosing: () => undefined,
          onClosed: () => undefined,
        });
        return this.#store;
      },
      construct: (activation, store) => this.#construct(room.version, activation, store.api),
      hasAlarmHandler: (instance) => hasHandler(instance, "alarm"),
      onIdle: () => undefined,
      onEnd: (_activation, _why, reset) => {
        if (reset === undefined) return;
        void runOutside(async () => await this.#storage.broken(reset)).catch(report);
      },
      report,
    };
  }

  #construct(version: LoadedVersion, activation: Activation, storage: object): object {
    const { className, props, id } = this.#start;
    const Class = version.objectClass(className);
    const state = new DurableObjectState({
      ...{ activation, props, storage, facets: noFacets, exports: version.exports },
      id: "text" in id ? id.text : new DurableObjectId(id.hex, id.name),
      sockets: () => {
        throw unsupported("hibernatable sockets");
      },
    });
    return new Class(state, version.env);
  }
}

function poolFor(clock: Clock, limits: HostLimits): DatabasePool {
  return new DatabasePool({
    highest: () => MOST_DATABASES,
    limits,
    now: clock === systemClock ? undefined : () => clock.now(),
    syncing: (hasLog) => (hasLog ? "barriers" : "fresh"),
  });
}

const noAlarms: AlarmIndex = {
  get: () => undefined,
  put: () => undefined,
  remove: () => undefined,
  unsettle: () => undefined,
  settle: () => undefined,
};

function refuseAlarm(isAsked: boolean): boolean {
  if (!isAsked) return false;
  throw facetErrors.noAlarms();
}

/** `ctx.facets` of an object that is a facet in another process. */
const noFacets: object = Object.fromEntries(
  ["get", "abort", "delete", "clone"].map((name) => [
    name,
    () => {
      throw unsupported("facets of their own");
    },
  ]),
);

function unsupported(what: string): FreeholdError {
  return new FreeholdError(
    "LOADER_OBJECT_UNSUPPORTED",
    `Objects of loaded Workers have no ${what} on this host.`,
    { help: "Let the object that the facet belongs to do it." },
  );
}
