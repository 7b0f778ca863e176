import { fromClient } from "../../worker/program.ts";

export default fromClient("a form with a file", {
  async fetch(request) {
    const form = await request.formData();
    const file = form.get("file") as unknown as File;
    return Response.json([
      form.get("name"),
      form.getAll("many"),
      file.name,
      file.type,
      await file.text(),
    ]);
  },
  async client({ fetch, note }) {
    const form = new FormData();
    form.append("name", "naïve");
    form.append("many", "1");
    form.append("many", "2");
    form.append("file", new File(["content"], "a.txt", { type: "text/plain" }));
    note("parsed", await (await fetch("/", { method: "POST", body: form })).json());
  },
});
