import { inWorker } from "../../worker/program.ts";

export default inWorker("timers", async ({ note, sleep }) => {
  const seen: unknown[] = [];
  setTimeout((...values: unknown[]) => seen.push(values), 1, "a", 2);
  setTimeout(() => seen.push("no delay"));
  setImmediate(() => seen.push("immediate"));
  await sleep(30);
  note("seen", seen.map(String).sort());
  note("clearing nonsense", [clearTimeout(null), clearTimeout(12_345), clearInterval(null)]);
});
