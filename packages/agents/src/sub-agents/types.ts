import type { Agent } from "../agent.ts";

/**
 * A class whose agents can live inside another. The Worker exports it under its own name.
 */
export type DynamicAgentClass<T extends Agent = Agent> = {
  new (ctx: DurableObjectState, env: never): T;
};

type Promisify<T> = T extends Promise<unknown> ? T : Promise<T>;

/** The methods that an agent's author wrote, as calls from outside. */
export type DynamicAgentStub<T extends Agent> = {
  [K in keyof T as K extends keyof Agent
    ? never
    : T[K] extends (...args: never[]) => unknown
      ? K
      : never]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promisify<R> : never;
};
