import { inWorker } from "../../worker/program.ts";

export default inWorker("signals", async ({ note, refuses, sleep }) => {
  const timeout = AbortSignal.timeout(5);
  await sleep(30);
  note("timeout", [timeout.aborted, (timeout.reason as Error).name]);
  const controller = new AbortController();
  const any = AbortSignal.any([controller.signal, AbortSignal.timeout(10_000)]);
  controller.abort("why");
  note("any", [any.aborted, any.reason]);
  await refuses("throwIfAborted", () => any.throwIfAborted());
  await refuses("without a reason", () => AbortSignal.abort().throwIfAborted());
  const seen: string[] = [];
  const other = new AbortController();
  other.signal.addEventListener("abort", () => seen.push("heard"), { once: true });
  other.abort();
  other.abort();
  note("heard once", seen);
});
