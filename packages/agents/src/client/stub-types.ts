/**
 * The types of `call` and `stub`, derived from the agent's class.
 *
 * @module
 */

import type { Agent } from "../agent.ts";
import type { CallOptions, StreamOptions } from "./call-options.ts";
import type {
  ClientParameters,
  RPCMethod,
  SerializableReturnValue,
  SerializableValue,
} from "./serializable.ts";

type AllOptional<Args> = Args extends [infer First, ...infer Rest]
  ? undefined extends First
    ? AllOptional<Rest>
    : false
  : true;

/** The methods of `T` that a client can call. */
export type RPCMethods<T> = {
  [K in keyof T as T[K] extends RPCMethod<T[K]> ? K : never]: RPCMethod<T[K]>;
};

// biome-ignore lint/suspicious/noExplicitAny: only the member names of the base class matter
type BaseMembers = keyof Agent<any, any>;

/** The callable methods of an agent, without those every agent inherits. */
export type AgentMethods<T> = Omit<RPCMethods<T>, BaseMembers>;

type OptionalParametersMethod<T> = AllOptional<ClientParameters<T>> extends true ? T : never;

/** Methods that can be called without arguments. */
export type OptionalAgentMethods<T> = {
  [K in keyof AgentMethods<T> as AgentMethods<T>[K] extends OptionalParametersMethod<
    AgentMethods<T>[K]
  >
    ? K
    : never]: OptionalParametersMethod<AgentMethods<T>[K]>;
};

/** Methods with at least one required argument. */
export type RequiredAgentMethods<T> = Omit<AgentMethods<T>, keyof OptionalAgentMethods<T>>;

type ReturnOf<T> = T extends (...args: never[]) => infer Result ? Result : never;

/** What calling method `K` returns to a client: always a promise. */
export type AgentPromiseReturnType<T, K extends keyof AgentMethods<T>> =
  ReturnOf<AgentMethods<T>[K]> extends Promise<unknown>
    ? ReturnOf<AgentMethods<T>[K]>
    : Promise<ReturnOf<AgentMethods<T>[K]>>;

/** The agent as an object of asynchronous methods. */
export type AgentStub<T> = {
  [K in keyof AgentMethods<T>]: (
    ...args: ClientParameters<AgentMethods<T>[K]>
  ) => AgentPromiseReturnType<AgentMethods<T>, K>;
};

/** A stub of an agent whose class is not known here. */
// biome-ignore lint/suspicious/noExplicitAny: nothing is known of the methods
export type UntypedAgentStub = Record<string, (...args: any[]) => any>;

type OptionalArgumentsCall<T> = <K extends keyof OptionalAgentMethods<T>>(
  method: K,
  args?: ClientParameters<OptionalAgentMethods<T>[K]>,
  options?: CallOptions | StreamOptions,
) => AgentPromiseReturnType<T, K>;

type RequiredArgumentsCall<T> = <K extends keyof RequiredAgentMethods<T>>(
  method: K,
  args: ClientParameters<RequiredAgentMethods<T>[K]>,
  options?: CallOptions | StreamOptions,
) => AgentPromiseReturnType<T, K>;

/** `call` with the names, parameters and results of `T`'s methods. */
export type TypedCall<T> = OptionalArgumentsCall<T> & RequiredArgumentsCall<T>;

/** `call` by method name alone. */
export interface UntypedCall {
  <T extends SerializableReturnValue>(
    method: string,
    args?: SerializableValue[],
    options?: CallOptions | StreamOptions,
  ): Promise<T>;
  <T = unknown>(
    method: string,
    args?: unknown[],
    options?: CallOptions | StreamOptions,
  ): Promise<T>;
}

/** Typed where the class is known, else by name. */
export type AgentClientCall<T> = keyof AgentMethods<T> extends never ? UntypedCall : TypedCall<T>;

/** Typed where the class is known, else by name. */
export type AgentClientStub<T> = keyof AgentMethods<T> extends never
  ? UntypedAgentStub
  : AgentStub<T>;
