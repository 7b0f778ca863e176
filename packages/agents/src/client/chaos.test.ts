import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { AgentClient } from "./agent-client.ts";
import { AgentCallError } from "./call-error.ts";
import { type ScriptedConnection, ScriptedServer } from "./testing/scripted-server.ts";

/** What the server does about the next call it gets. */
const deed = fc.record({
  what: fc.constantFrom("answer", "fail", "stream", "twice", "ignore", "close", "cut"),
  delay: fc.integer({ min: 0, max: 12 }),
});
type Deed = { readonly what: string; readonly delay: number };

/** What the application does: calls, of both kinds, with pauses. */
const plan = fc.record({
  streams: fc.boolean(),
  timeout: fc.constantFrom(undefined, 0, 8, 25),
  pause: fc.integer({ min: 0, max: 6 }),
});

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function answer(connection: ScriptedConnection, id: unknown, what: string): void {
  const reply = { type: "rpc", id };
  const success = { ...reply, success: true, done: true, result: id };
  if (what === "fail") connection.send({ ...reply, success: false, error: "refused" });
  if (what === "stream") connection.send({ ...reply, success: true, done: false, result: 1 });
  if (what === "answer" || what === "stream" || what === "twice") connection.send(success);
  if (what === "twice") connection.send(success);
  if (what === "close") connection.close(1012, "restart");
  if (what === "cut") connection.terminate();
}

/** Follows the deeds, one a call, in whatever order their delays make; counts what it got. */
async function serve(server: ScriptedServer, deeds: readonly Deed[], got: string[]): Promise<void> {
  const script = [...deeds];
  for (;;) {
    const connection = await server.connection();
    connection.identity("a", "chaos");
    void (async () => {
      for (let index = 0; ; index++) {
        const { id } = await connection.frame(index);
        got.push(String(id));
        const { what, delay } = script.shift() ?? { what: "answer", delay: 0 };
        void wait(delay).then(() => answer(connection, id, what));
      }
    })();
  }
}

it("ends every call once, and sends none twice, whatever the server and the network do", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
  await fc.assert(
    fc.asyncProperty(
      fc.array(deed, { maxLength: 14 }),
      fc.array(plan, { minLength: 1, maxLength: 14 }),
      async (deeds, plans) => {
        const server = await ScriptedServer.start();
        const got: string[] = [];
        void serve(server, deeds, got);
        const client = new AgentClient({
          host: server.host,
          agent: "Chaos",
          minReconnectionDelay: 1,
          maxReconnectionDelay: 3,
          defaultCallTimeout: 30,
        });
        const ends: string[] = plans.map(() => "still under way");
        const told: number[] = [];
        for (const [index, { streams, timeout, pause }] of plans.entries()) {
          told[index] = 0;
          const end = () => {
            told[index]!++;
          };
          const stream = { onChunk: () => undefined, onDone: end, onError: end };
          const options = {
            ...(timeout === undefined ? {} : { timeout }),
            ...(streams ? { stream } : {}),
          };
          const call = client.call("act", [index], options);
          void call
            .then(() => "result", howItFailed)
            .then((how) => {
              ends[index] = how;
            });
          await wait(pause);
        }
        await wait(40);
        client.close();
        await wait(0);
        for (const end of ends) {
          expect(end).toMatch(/^(result|refused|connection_lost|call_timed_out)$/);
        }
        expect(told).toEqual(plans.map(({ streams }) => (streams ? 1 : 0)));
        expect(got).toHaveLength(new Set(got).size);
        await server.stop();
      },
    ),
    { numRuns: 25 },
  );
  warn.mockRestore();
});

function howItFailed(error: unknown): string {
  return error instanceof AgentCallError ? error.code : (error as Error).message;
}
