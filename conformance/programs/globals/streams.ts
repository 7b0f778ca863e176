import { inWorker } from "../../worker/program.ts";

export default inWorker("streams", async ({ note }) => {
  const [left, right] = new Response("teed").body!.tee();
  note("teed", [await new Response(left).text(), await new Response(right).text()]);
  const upper = new TransformStream<string, string>({
    transform: (chunk, controller) => controller.enqueue(chunk.toUpperCase()),
  });
  const body = new Response("through").body!;
  const piped = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(upper)
    .pipeThrough(new TextEncoderStream());
  note("piped", await new Response(piped).text());
  const iterated: number[] = [];
  for await (const chunk of new Response("abc").body!) iterated.push(chunk.length);
  note("iterated", iterated);
});
