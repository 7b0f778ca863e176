import { inWorker } from "../../worker/program.ts";

export default inWorker("process and Buffer", async ({ note }) => {
  note("Buffer", Buffer.from("☃").toString("base64"));
  note("env", typeof process.env);
  note("nextTick", typeof process.nextTick);
  const order: string[] = [];
  process.nextTick(() => order.push("tick"));
  await Promise.resolve();
  await scheduler.wait(1);
  note("order", order);
});
