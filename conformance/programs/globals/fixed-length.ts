import { inWorker } from "../../worker/program.ts";

export default inWorker("FixedLengthStream", async ({ note, fails }) => {
  const run = async (length: number, ...parts: string[]) => {
    const { readable, writable } = new FixedLengthStream(length);
    const writer = writable.getWriter();
    const write = async () => {
      for (const part of parts) await writer.write(new TextEncoder().encode(part));
      await writer.close();
    };
    const [text] = await Promise.all([new Response(readable).text(), write()]);
    return text;
  };
  note("just right", await run(4, "te", "xt"));
  await fails("too much", () => run(3, "te", "xt"));
  await fails("too little", () => run(5, "text"));
});
