import { inWorker } from "../../worker/program.ts";

export default inWorker("DigestStream", async ({ note, fails }) => {
  const stream = new crypto.DigestStream("SHA-256");
  const writer = stream.getWriter();
  await writer.write(new TextEncoder().encode("te"));
  await writer.write(new TextEncoder().encode("xt"));
  await writer.close();
  note("digest", Buffer.from(await stream.digest).toString("hex"));
  await fails("unknown algorithm", () => new crypto.DigestStream("nonsense"));
});
