import { describe, expectTypeOf, it } from "vitest";
import type { StreamingResponse } from "../rpc/streaming.ts";
import type { AgentClient } from "./agent-client.ts";
import type { AgentMethods, AgentStub } from "./stub-types.ts";

/** Stands for an agent: only its members matter to the types. */
interface Shop {
  readonly state: { open: boolean };
  setState(state: { open: boolean }): void;
  price(item: string, count?: number): number;
  total(): Promise<{ sum: number }>;
  count(stream: StreamingResponse, to: number): Promise<void>;
  since(when: Date): number;
  list(): Map<string, number>;
}

describe("types of a client", () => {
  it("offer the agent's own serialisable methods, without the server's stream", () => {
    expectTypeOf<keyof AgentMethods<Shop>>().toEqualTypeOf<"price" | "total" | "count">();
    expectTypeOf<AgentStub<Shop>["price"]>().toEqualTypeOf<
      (item: string, count?: number) => Promise<number>
    >();
    expectTypeOf<AgentStub<Shop>["total"]>().returns.toEqualTypeOf<Promise<{ sum: number }>>();
    expectTypeOf<AgentStub<Shop>["count"]>().parameters.toEqualTypeOf<[to: number]>();
  });

  it("infer the state, and fall back to names where the class is unknown", () => {
    expectTypeOf<AgentClient<Shop>["state"]>().toEqualTypeOf<{ open: boolean } | undefined>();
    expectTypeOf<AgentClient<unknown, { n: number }>["state"]>().toEqualTypeOf<
      { n: number } | undefined
    >();
    const check = (typed: AgentClient<Shop>, untyped: AgentClient) => {
      expectTypeOf(typed.call("price", ["tea"])).toEqualTypeOf<Promise<number>>();
      expectTypeOf(typed.call("total")).toEqualTypeOf<Promise<{ sum: number }>>();
      // @ts-expect-error price needs an item
      typed.call("price");
      // @ts-expect-error since takes a Date, which does not cross the wire
      typed.call("since", [1]);
      expectTypeOf(untyped.call("anything", [1])).resolves.not.toBeNever();
      untyped.stub.anything?.(1);
    };
    expectTypeOf(check).toBeFunction();
  });
});
