import { inWorker } from "../../worker/program.ts";

export default inWorker("listeners of a socket", async ({ note, sleep }) => {
  const pair = new WebSocketPair();
  const seen: string[] = [];
  pair[0].accept();
  pair[1].accept();
  const listener = ({ data }: MessageEvent) => seen.push(`once ${data}`);
  pair[1].addEventListener("message", listener, { once: true });
  pair[1].addEventListener("message", ({ data }) => {
    seen.push(`first ${data}`);
  });
  pair[1].addEventListener("message", {
    handleEvent: ({ data }) => void seen.push(`object ${data}`),
  });
  pair[0].send("1");
  pair[0].send("2");
  await sleep(150);
  note("seen", seen);
});
