import { FreeholdError } from "../errors.ts";

/** Which of the two names of the change hook a class uses. */
export type ChangeHook = "onStateChanged" | "onStateUpdate" | undefined;

const warned = new WeakSet<object>();
const warnedOfLateness = new WeakSet<object>();

/**
 * Finds the change hook of an agent: the present name when it is overridden anywhere in the chain,
 * else the old one.
 *
 * @throws FreeholdError `both_state_hooks` when the class itself declares both.
 */
export function changeHookOf(agent: object, base: object): ChangeHook {
  const prototype = Object.getPrototypeOf(agent) as object;
  const ownsOld = Object.hasOwn(prototype, "onStateUpdate");
  if (prototype !== base && ownsOld && Object.hasOwn(prototype, "onStateChanged")) {
    throw new FreeholdError(
      "both_state_hooks",
      "[Agent] Cannot override both onStateChanged and onStateUpdate. Remove onStateUpdate — it has been renamed to onStateChanged.",
    );
  }
  if (overridden(agent, base, "onStateChanged")) return "onStateChanged";
  if (!overridden(agent, base, "onStateUpdate")) return undefined;
  if (ownsOld && !warned.has(prototype)) {
    warned.add(prototype);
    console.warn(
      "[Agent] onStateUpdate is deprecated. Rename to onStateChanged — the behavior is identical.",
    );
  }
  return "onStateUpdate";
}

/** The change hook that an agent has as a field, which is there only once it is constructed. */
export function fieldHookOf(agent: object): ChangeHook {
  if (Object.hasOwn(agent, "onStateChanged")) return "onStateChanged";
  return Object.hasOwn(agent, "onStateUpdate") ? "onStateUpdate" : undefined;
}

/**
 * Warns of a validation that is asynchronous, once a class: when it has come to its end, the state it
 * looks at is stored.
 */
export function tellOfLateRefusal(agent: object, judged: Promise<unknown>): void {
  const prototype = Object.getPrototypeOf(agent) as object;
  if (!warnedOfLateness.has(prototype)) {
    warnedOfLateness.add(prototype);
    console.warn(
      `[Agent] validateStateChange of ${agent.constructor.name} is async and refuses nothing. Throw at once instead.`,
    );
  }
  judged.catch((error: unknown) => console.error("A state was refused too late:", error));
}

function overridden(agent: object, base: object, name: string): boolean {
  return Reflect.get(agent, name) !== Reflect.get(base, name);
}
