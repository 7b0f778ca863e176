import { encodeValue } from "@freehold/host";
import { instanceKey, type Reach } from "../binding/reach.ts";
import { InstanceIntrospector } from "./instance-introspector.ts";
import { InstanceMocks, type MockedEvent, type Modifier } from "./mocks.ts";

interface Introspected {
  readonly mocks: InstanceMocks;
  /** Events that were made up before the instance was there. */
  readonly early: MockedEvent[];
}

type Change = (modifier: Modifier) => Promise<void> | void;

/** What tests look into and change of one workflow's instances. */
export class Introspection {
  readonly #instances = new Map<string, Introspected>();
  readonly #watchers = new Set<WorkflowIntrospector>();
  readonly #reach: () => Reach;
  readonly #onErased: () => void;

  /** @param onErased hears of {@link erased} */
  constructor(reach: () => Reach, onErased: () => void = () => undefined) {
    this.#reach = reach;
    this.#onErased = onErased;
  }

  /** A test has erased all instances at once: none of them keeps others from running. */
  erased(): void {
    this.#onErased();
  }

  mocksOf(id: string): InstanceMocks | undefined {
    return this.#instances.get(id)?.mocks;
  }

  /** An instance is about to be made. One that is there already was not made under those who watch. */
  async beforeCreate(id: string): Promise<void> {
    if (this.#watchers.size === 0) return;
    if ((await this.#reach().namespace.get(id).state()) !== undefined) return;
    for (const watcher of this.#watchers) await watcher.add(this.instance(id));
  }

  /** An instance was made. */
  async afterCreate(id: string): Promise<void> {
    const early = this.#instances.get(id)?.early.splice(0) ?? [];
    for (const event of early) await this.#send(id, event);
  }

  /** Looks into the instance of an id, whether it is there already or not. */
  instance(id: string): InstanceIntrospector {
    const { mocks } = this.#introspected(id);
    const { namespace, hub, workflow } = this.#reach();
    return new InstanceIntrospector({
      mocks,
      remote: namespace.get(id),
      next: () => hub.next(instanceKey(workflow, id)),
      dispose: async () => {
        this.#instances.delete(id);
        await namespace.get(id).delete();
      },
    });
  }

  /** Looks into all instances that are made from now on. */
  all(): WorkflowIntrospector {
    const watcher = new WorkflowIntrospector(() => this.#watchers.delete(watcher));
    this.#watchers.add(watcher);
    return watcher;
  }

  #introspected(id: string): Introspected {
    let introspected = this.#instances.get(id);
    if (introspected === undefined) {
      const mocks = new InstanceMocks((event) => this.#send(id, event));
      introspected = { mocks, early: [] };
      this.#instances.set(id, introspected);
    }
    return introspected;
  }

  async #send(id: string, event: MockedEvent): Promise<void> {
    const { type, payload } = event;
    const bytes = payload === undefined ? null : encodeValue(payload);
    const isSent = await this.#reach().namespace.get(id).sendEvent(type, bytes);
    if (isSent === undefined) this.#introspected(id).early.push(event);
  }
}

/** Looks into the instances that are made while it is there. */
export class WorkflowIntrospector {
  readonly #instances: InstanceIntrospector[] = [];
  readonly #changes: Change[] = [];
  readonly #onDispose: () => void;

  constructor(onDispose: () => void) {
    this.#onDispose = onDispose;
  }

  /** Changes every instance that is made from now on. */
  async modifyAll(change: Change): Promise<void> {
    this.#changes.push(change);
  }

  /** The instances that were made, the oldest first. */
  get(): InstanceIntrospector[] {
    return [...this.#instances];
  }

  async add(instance: InstanceIntrospector): Promise<void> {
    this.#instances.push(instance);
    for (const change of this.#changes) await instance.modify(change);
  }

  /** Ends it, and deletes the instances that it has seen. */
  async dispose(): Promise<void> {
    this.#onDispose();
    await Promise.all(this.#instances.splice(0).map((instance) => instance.dispose()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}
