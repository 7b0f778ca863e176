import { afterEach, expect, test, vi } from "vitest";
import { type Behaving, behave } from "./support/behaviour.ts";
import { clock } from "./support/hosted.ts";

let running: Behaving | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await running?.worker.stop();
  running = undefined;
});

test("a chat that is deleted says nothing in the log, and begins anew", async () => {
  running = await behave(() => import("./fixtures/patient.ts"), ["Patient"]);
  const { connect, fetch, inside } = running;
  const socket = await connect("patient/gone");
  await inside("Patient", "gone", (_agent, ctx) => void ctx.storage.kv.put("told", ["before"]));
  const said = (["debug", "log", "info", "warn", "error"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => undefined),
  );
  await inside("Patient", "gone", (agent) => agent.destroy());
  await clock.advance(10);
  await socket.closed;
  await clock.settle();
  expect(said.flatMap(({ mock }) => mock.calls)).toEqual([]);
  expect(await (await fetch("/agents/patient/gone/get-messages")).json()).toEqual([]);
  const told = await inside("Patient", "gone", (_agent, ctx) => ctx.storage.kv.get("told"));
  expect(told).toBeUndefined();
});
