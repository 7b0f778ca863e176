import { inObject } from "../../worker/program.ts";

export default inObject("the order of timers", async ({ note, sleep }) => {
  const seen: string[] = [];
  setTimeout(() => seen.push("20"), 20);
  setTimeout(() => seen.push("0 a"), 0);
  setTimeout(() => seen.push("0 b"), 0);
  void Promise.resolve().then(() => seen.push("microtask"));
  queueMicrotask(() => seen.push("queued"));
  const cleared = setTimeout(() => seen.push("cleared"), 5);
  clearTimeout(cleared);
  seen.push("first");
  await sleep(60);
  note("order", seen);
});
