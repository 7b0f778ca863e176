import { WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Entry extends WorkerEntrypoint {
  override fetch(request: Request) {
    return new Response(request.body?.pipeThrough(new IdentityTransformStream()));
  }
}

export default inWorker("bodies through a service binding", async ({ services, note }) => {
  const entry = services.Entry as Fetcher;
  const { readable, writable } = new IdentityTransformStream();
  const write = async () => {
    const writer = writable.getWriter();
    for (const part of ["one ", "two ", "three"])
      await writer.write(new TextEncoder().encode(part));
    await writer.close();
  };
  const written = write();
  const answer = await entry.fetch("http://x/", { method: "POST", body: readable });
  note("echoed", await answer.text());
  await written;
});
