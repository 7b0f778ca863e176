import { inWorker } from "../../worker/program.ts";

export default inWorker("bodies of responses", async ({ note }) => {
  const form = new FormData();
  form.append("a", "1");
  const bodies: Record<string, BodyInit | null | undefined> = {
    text: "text",
    bytes: new Uint8Array([65]),
    buffer: new Uint8Array([66]).buffer,
    parameters: new URLSearchParams({ a: "1 2" }),
    blob: new Blob(["blob"], { type: "x/y" }),
    null: null,
    undefined: undefined,
    empty: "",
  };
  for (const [label, body] of Object.entries(bodies)) {
    const response = new Response(body);
    note(label, [
      response.headers.get("content-type"),
      response.body === null,
      await response.text(),
    ]);
  }
  const type = new Response(form).headers.get("content-type") ?? "";
  note("form", type.replace(/boundary=.*/, "boundary"));
});
