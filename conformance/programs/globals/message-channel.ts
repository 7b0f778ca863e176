import { inWorker } from "../../worker/program.ts";

export default inWorker("message channels", async ({ note, sleep }) => {
  const { port1, port2 } = new MessageChannel();
  const seen: unknown[] = [];
  port2.onmessage = ({ data }: MessageEvent) => seen.push(data);
  port1.postMessage({ a: new Map([[1, 2]]) });
  port1.postMessage("second");
  await sleep(300);
  note("seen", seen);
  port1.close();
});
