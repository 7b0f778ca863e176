import "./testing/dom.ts";
import { act, cleanup, renderHook } from "@testing-library/react";
import fc from "fast-check";
import { StrictMode } from "react";
import { expect, it, vi } from "vitest";
import { AgentCallError } from "../client/call-error.ts";
import { ScriptedServer } from "../client/testing/scripted-server.ts";
import { type UseAgentOptions, useAgent } from "./use-agent.ts";

/** What happens next: a call, another render, or something of the network's. */
const step = fc.oneof(
  fc.record({ act: fc.constant("call" as const), stale: fc.boolean() }),
  fc.record({
    act: fc.constant("render" as const),
    name: fc.constantFrom("a", "b"),
    token: fc.constantFrom("1", "2"),
    enabled: fc.boolean(),
  }),
  fc.record({ act: fc.constant("network" as const), how: fc.constantFrom("cut", "close", "stop") }),
  fc.record({ act: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 8 }) }),
);

/** Answers every other call; the rest wait for what the network does. */
async function serve(server: ScriptedServer, open: Set<{ end(how: string): void }>): Promise<void> {
  for (let calls = 0; ; ) {
    const connection = await server.connection();
    connection.identity("x", "chaos", { count: 1 });
    open.add({
      end: (how) => {
        if (how === "cut") connection.terminate();
        else connection.close(how === "stop" ? 4000 : 1012);
      },
    });
    void (async () => {
      for (let index = 0; ; index++) {
        const { id } = await connection.frame(index);
        if (calls++ % 2 === 0) {
          connection.send({ type: "rpc", id, success: true, done: true, result: id });
        }
      }
    })();
  }
}

it("ends every call once, whatever is rendered and whatever breaks", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
  const wait = (ms: number) => act(() => new Promise((resolve) => setTimeout(resolve, ms)));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 16 }), async (steps) => {
      const server = await ScriptedServer.start();
      const open = new Set<{ end(how: string): void }>();
      void serve(server, open);
      const base = { host: server.host, agent: "Chaos", name: "a", minReconnectionDelay: 1 };
      const hook = renderHook(
        (props: Partial<UseAgentOptions>) =>
          useAgent({ ...base, maxReconnectionDelay: 3, ...props }),
        { initialProps: {}, wrapper: StrictMode },
      );
      const first = hook.result.current.call;
      const ends: string[] = [];
      const told: number[] = [];
      for (const next of steps) {
        if (next.act === "wait") await wait(next.ms);
        if (next.act === "network") for (const { end } of open) end(next.how);
        if (next.act === "render") {
          const { name, token, enabled } = next;
          hook.rerender({ name, enabled, query: { token } });
        }
        if (next.act === "call") {
          const index = ends.push("still under way") - 1;
          told[index] = 0;
          const end = () => {
            told[index]!++;
          };
          const call = next.stale ? first : hook.result.current.call;
          void call("act", [index], { onDone: end, onError: end })
            .then(() => "result", codeOf)
            .then((how) => {
              ends[index] = how;
            });
        }
      }
      await wait(10);
      hook.unmount();
      await wait(0);
      for (const end of ends) expect(end).toMatch(/^(result|connection_lost|call_discarded)$/);
      expect(told).toEqual(ends.map(() => 1));
      await server.stop();
    }),
    { numRuns: 30 },
  );
  cleanup();
  warn.mockRestore();
});

function codeOf(error: unknown): string {
  return error instanceof AgentCallError ? error.code : String(error);
}
