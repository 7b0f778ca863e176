import { inWorker } from "../../worker/program.ts";

export default inWorker("scheduler.wait", async ({ note, fails, refuses }) => {
  note("value", await scheduler.wait(1));
  const controller = new AbortController();
  const waiting = fails("given up", () => scheduler.wait(10_000, { signal: controller.signal }));
  controller.abort(new RangeError("enough"));
  await waiting;
  await refuses("given up before", () => scheduler.wait(10_000, { signal: AbortSignal.abort() }));
  const open = scheduler as unknown as { wait(milliseconds?: unknown): Promise<unknown> };
  await fails("a negative time", () => open.wait(-5));
  await fails("a text", () => open.wait("1"));
});
