import { inWorker } from "../../worker/program.ts";

export default inWorker("message types of accepted sockets", async ({ note, fails, sleep }) => {
  const pair = new WebSocketPair();
  const [left, right] = [pair[0], pair[1]];
  const seen: unknown[] = [];
  right.addEventListener("message", (event) => {
    const { data } = event;
    seen.push(typeof data === "string" ? data : (data as object).constructor.name);
  });
  left.accept();
  right.accept();
  left.send("text");
  left.send(new Uint8Array([1]));
  await sleep(150);
  right.binaryType = "arraybuffer";
  left.send(new Uint8Array([2]));
  await sleep(150);
  note("seen", seen);
  await fails("binary type", () => {
    right.binaryType = "nothing" as "blob";
    return right.binaryType;
  });
  await fails("send a number", () => left.send(5 as unknown as string));
  await fails("send an object", () => left.send({} as unknown as string));
  await fails("send nothing", () => (left.send as () => void)());
  await sleep(150);
  note("after", seen.slice(3));
});
