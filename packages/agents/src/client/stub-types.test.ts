import { describe, expectTypeOf, it } from "vitest";
import type { Agent } from "../agent.ts";
import type { StreamingResponse } from "../rpc/streaming.ts";
import type { AgentClient } from "./agent-client.ts";
import type { AgentClientOptions } from "./options.ts";
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

declare class Counter extends Agent<Cloudflare.Env, { n: number }> {
  add(n: number): number;
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
      // @ts-expect-error price takes one item and one count
      typed.call("price", ["tea", 1, 2]);
      // @ts-expect-error an item is a string
      typed.call("price", [1]);
      // @ts-expect-error every agent has setState; it is not the stub's
      typed.call("setState", [{ open: true }]);
      // @ts-expect-error the stream is the server's
      typed.call("count", [{} as StreamingResponse, 1]);
      expectTypeOf(typed.call("count", [1], { onChunk: () => undefined })).resolves.toBeVoid();
      expectTypeOf(typed.call("count", [1], { timeout: 1 })).resolves.toBeVoid();
      expectTypeOf(typed.stub.price("tea")).resolves.toBeNumber();
      // @ts-expect-error a Map does not cross the wire
      typed.stub.list();
      expectTypeOf(untyped.call("anything", [1])).resolves.not.toBeNever();
      expectTypeOf(untyped.call<number>("anything")).resolves.toBeNumber();
      untyped.stub.anything?.(1);
    };
    expectTypeOf(check).toBeFunction();
  });

  it("hide what `Omit` takes away", () => {
    type Public = Omit<Shop, "total">;
    expectTypeOf<keyof AgentMethods<Public>>().toEqualTypeOf<"price" | "count">();
    expectTypeOf<AgentClient<Public>["stub"]>().not.toHaveProperty("total");
  });

  it("follow an agent's class: its own methods, and its state", () => {
    expectTypeOf<keyof AgentMethods<Counter>>().toEqualTypeOf<"add">();
    expectTypeOf<AgentClient<Counter>["state"]>().toEqualTypeOf<{ n: number } | undefined>();
    expectTypeOf<AgentClient<Counter>["setState"]>().parameters.toEqualTypeOf<[{ n: number }]>();
  });

  it("type the options by the state", () => {
    type Options = AgentClientOptions<{ n: number }>;
    expectTypeOf<NonNullable<Options["onStateUpdate"]>>().parameters.toEqualTypeOf<
      [state: { n: number }, source: "server" | "client"]
    >();
    expectTypeOf<NonNullable<Options["shouldReconnectOnClose"]>>().parameter(0).toExtend<{
      code: number;
      reason: string;
      wasClean: boolean;
    }>();
  });
});
