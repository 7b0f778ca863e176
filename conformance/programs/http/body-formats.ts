import { inWorker } from "../../worker/program.ts";

export default inWorker("reading a body as something", async ({ fails }) => {
  const of = (body: BodyInit, type = "text/plain") =>
    new Response(body, { headers: { "content-type": type } });
  await fails("json", () => of('{"a":[1]}').json());
  await fails("json of nothing", () => of("").json());
  await fails("blob", async () => {
    const blob = await of("b", "x/y").blob();
    return [blob.type, blob.size];
  });
  await fails("bytes", async () => new Uint8Array(await of("b").bytes()));
  await fails("form", async () => [
    ...(await of("a=1&b=%20", "application/x-www-form-urlencoded").formData()),
  ]);
  await fails("text with a mark", async () => (await of("\ufeffx").text()).length);
  await fails("invalid text", () => of(new Uint8Array([255, 65])).text());
});
