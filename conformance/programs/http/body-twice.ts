import { inWorker } from "../../worker/program.ts";

export default inWorker("a body is read once", async ({ note, refuses }) => {
  const response = new Response("once");
  note("before", response.bodyUsed);
  await response.text();
  note("after", response.bodyUsed);
  await refuses("json", () => response.json());
  await refuses("arrayBuffer", () => response.arrayBuffer());
  await refuses("clone", () => response.clone().status);
  await refuses("as a body", () => new Response(response.body).status);
  const reading = new Response("locked");
  reading.body!.getReader();
  await refuses("while a reader has it", () => reading.text());
});
