import { messageOf } from "../errors.ts";
import { ErrorText } from "../wire.ts";
import { type CallableMethod, callableMethods, hasMethod } from "./callable.ts";

/** What clients may call, and how failures are put to them. */
export interface CallTable {
  /** What the methods run on. */
  readonly target: object;
  /** By name. */
  readonly methods: ReadonlyMap<string, CallableMethod>;
  /** Whether there is a method of this name that clients may not call. */
  hides(name: string): boolean;
  /** Words for what a method threw. */
  failure(thrown: unknown): string;
  /** Words for a result that JSON cannot carry. */
  unserializable(thrown: unknown): string;
}

/** The methods of an agent that are marked with `@callable()`. */
export function agentCalls(agent: object): CallTable {
  return {
    target: agent,
    methods: callableMethods(Object.getPrototypeOf(agent) as object),
    hides: (name) => hasMethod(agent, name),
    failure: (thrown) => (thrown instanceof Error ? thrown.message : ErrorText.UNKNOWN),
    unserializable: messageOf,
  };
}
