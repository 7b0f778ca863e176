import { inWorker } from "../../worker/program.ts";

export default inWorker("half-open ends", async ({ note, sleep }) => {
  const pair = new WebSocketPair();
  const seen: unknown[] = [];
  pair[0].accept();
  (pair[1] as unknown as { accept(options: object): void }).accept({ allowHalfOpen: true });
  pair[1].addEventListener("close", ({ code }) => seen.push(["1 sees", code, pair[1].readyState]));
  pair[0].addEventListener("close", ({ code }) => seen.push(["0 sees", code, pair[0].readyState]));
  pair[0].close(4000, "half");
  await sleep(150);
  note("before the answer", seen.splice(0));
  pair[1].close(4001, "other half");
  await sleep(150);
  note("after it", seen);
});
