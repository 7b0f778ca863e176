import { inWorker } from "../../worker/program.ts";

export default inWorker("IdentityTransformStream", async ({ note, fails }) => {
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  const reading = new Response(readable).text();
  await writer.write(new TextEncoder().encode("bytes"));
  await writer.close();
  note("passed", await reading);
  const other = new IdentityTransformStream();
  await fails("a text", async () => {
    const refused = other.writable.getWriter().write("text" as never);
    void other.readable
      .getReader()
      .read()
      .catch(() => undefined);
    await refused;
  });
});
