import type * as theirs from "agents/react";
import { describe, expectTypeOf, it } from "vitest";
import type { AgentConnectionError } from "../client/close-classifier.ts";
import type { StreamingResponse } from "../rpc/streaming.ts";
import type * as ours from "./index.ts";
import { useAgent } from "./index.ts";

/** Stands for an agent. */
interface Shop {
  get state(): { open: boolean };
  price(item: string, count?: number): number;
  total(): Promise<{ sum: number }>;
  count(stream: StreamingResponse, to: number): void;
  since(when: Date): number;
}

describe("types of useAgent", () => {
  it("are untyped by state alone, typed by class and state", () => {
    // Never run: hooks need a component.
    const check = () => {
      const byState = useAgent<{ n: number }>({ agent: "Counter" });
      expectTypeOf(byState.state).toEqualTypeOf<{ n: number } | undefined>();
      expectTypeOf(byState.setState).parameters.toEqualTypeOf<[state: { n: number }]>();
      expectTypeOf(byState.call<number>("anything", [1])).resolves.toBeNumber();
      byState.stub.anything?.(1, "two");

      const shop = useAgent<Shop, { open: boolean }>({ agent: "Shop" });
      expectTypeOf(shop.state).toEqualTypeOf<{ open: boolean } | undefined>();
      expectTypeOf(shop.call("price", ["tea"])).resolves.toBeNumber();
      expectTypeOf(shop.call("total")).resolves.toEqualTypeOf<{ sum: number }>();
      expectTypeOf(shop.stub.count).parameters.toEqualTypeOf<[to: number]>();
      // @ts-expect-error price needs an item
      shop.call("price");
      // @ts-expect-error since takes a Date, which does not cross the wire
      shop.stub.since(new Date(0));
      // @ts-expect-error the state of a Shop is something else
      useAgent<Shop, { n: number }>({ agent: "Shop" });
      // @ts-expect-error an agent has a class
      useAgent({ name: "a" });

      expectTypeOf(shop.path).toEqualTypeOf<readonly { agent: string; name: string }[]>();
      expectTypeOf(shop.ready).toEqualTypeOf<Promise<void>>();
      expectTypeOf(shop.connectionError).toEqualTypeOf<AgentConnectionError | null>();
      expectTypeOf(shop.getHttpUrl()).toBeString();
      expectTypeOf(useAgent({ agent: "Counter" }).state).toBeUnknown();
    };
    expectTypeOf(check).toBeFunction();
  });

  it("have every option and member of the published hook", () => {
    type Theirs = theirs.UseAgentOptions<{ n: number }>;
    type Ours = ours.UseAgentOptions<{ n: number }>;
    expectTypeOf<Exclude<keyof Theirs, keyof Ours>>().toEqualTypeOf<never>();
    type Given = Omit<Theirs, "onConnectionError" | "onMcpUpdate">;
    expectTypeOf<Given>().toExtend<Ours>();
    type OurHandle = ReturnType<typeof ours.useAgent>;
    type TheirHandle = ReturnType<typeof theirs.useAgent>;
    expectTypeOf<Exclude<keyof TheirHandle, keyof OurHandle>>().toEqualTypeOf<never>();
    type Same = "agent" | "name" | "path" | "identified" | "ready" | "getHttpUrl" | "id" | "send";
    expectTypeOf<Pick<OurHandle, Same>>().toEqualTypeOf<Pick<TheirHandle, Same>>();
    expectTypeOf<ours.AgentTransport>().toEqualTypeOf<theirs.AgentTransport>();
  });
});
