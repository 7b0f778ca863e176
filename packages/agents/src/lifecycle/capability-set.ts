import { FreeholdError } from "../errors.ts";
import type { DurableObjectCapability } from "./capability.ts";

/** Hooks of which a single catch-all can be reached. */
const CLAIMING = ["onRequest", "onWebSocketUpgrade"] as const;

/** A hook that is offered to one capability after the other. */
export type OfferedHook = {
  [Key in keyof DurableObjectCapability]-?: NonNullable<DurableObjectCapability[Key]> extends (
    ...args: never[]
  ) => unknown
    ? Key
    : never;
}[keyof DurableObjectCapability];

/** A capability that surely has a hook. */
type Having<Hook extends OfferedHook> = DurableObjectCapability &
  Required<Pick<DurableObjectCapability, Hook>>;

/** The capabilities of one object, in the order in which they are asked. */
export class CapabilitySet {
  #selective: readonly DurableObjectCapability[] = [];
  #catchAll: readonly DurableObjectCapability[] = [];
  #byHook = new Map<OfferedHook, readonly DurableObjectCapability[]>();

  /** Those that claim what they know, as they were added; then those that claim everything. */
  get all(): readonly DurableObjectCapability[] {
    return [...this.#selective, ...this.#catchAll];
  }

  /** @throws FreeholdError `capability_duplicate`, `capability_unreachable`. */
  add(capability: DurableObjectCapability): void {
    const id = capability.capabilityId;
    if (id !== undefined && this.find(id)) {
      throw new FreeholdError(
        "capability_duplicate",
        `Lifecycle capability "${id}" is already installed`,
      );
    }
    if (capability.claims === "catch-all") {
      this.#assertReachable(capability);
      this.#catchAll = [...this.#catchAll, capability];
    } else this.#selective = [...this.#selective, capability];
    this.#byHook.clear();
  }

  find(id: string): DurableObjectCapability | undefined {
    return this.all.find((capability) => capability.capabilityId === id);
  }

  /** Those that have a hook, in order. */
  having<Hook extends OfferedHook>(hook: Hook): readonly Having<Hook>[] {
    let found = this.#byHook.get(hook);
    if (!found) {
      found = this.all.filter((capability) => typeof capability[hook] === "function");
      this.#byHook.set(hook, found);
    }
    return found as readonly Having<Hook>[];
  }

  #assertReachable(capability: DurableObjectCapability): void {
    for (const hook of CLAIMING) {
      if (typeof capability[hook] !== "function") continue;
      const other = this.#catchAll.find((installed) => typeof installed[hook] === "function");
      if (!other) continue;
      const shown = other.capabilityId === undefined ? "" : ` ("${other.capabilityId}")`;
      throw new FreeholdError(
        "capability_unreachable",
        `Lifecycle already has a catch-all for ${hook}${shown}; a second one could never be reached`,
      );
    }
  }
}
