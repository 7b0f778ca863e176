import { inWorker } from "../../worker/program.ts";

export default inWorker("what is sent before the other end listens", async ({ note, sleep }) => {
  const pair = new WebSocketPair();
  const seen: unknown[] = [];
  pair[0].accept();
  pair[0].send("1");
  pair[0].send("2");
  pair[0].close(4000, "early");
  await sleep(150);
  pair[1].addEventListener("message", ({ data }) => seen.push(data));
  pair[1].addEventListener("close", ({ code, reason }) => seen.push([code, reason]));
  pair[1].accept();
  await sleep(150);
  note("seen", seen);
});
