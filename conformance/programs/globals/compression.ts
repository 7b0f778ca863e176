import { inWorker } from "../../worker/program.ts";

export default inWorker("compression", async ({ note, refuses }) => {
  for (const format of ["gzip", "deflate", "deflate-raw"] as const) {
    const packed = new Response("text ".repeat(1000)).body!.pipeThrough(
      new CompressionStream(format),
    );
    const unpacked = packed.pipeThrough(new DecompressionStream(format));
    note(format, (await new Response(unpacked).text()).length);
  }
  await refuses("unknown format", () => new CompressionStream("nonsense" as "gzip"));
});
