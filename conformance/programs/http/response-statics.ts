import { inWorker } from "../../worker/program.ts";

export default inWorker("what Response makes", async ({ fails, refuses }) => {
  const tell = async (response: Response) => [
    response.status,
    [...response.headers],
    await response.text(),
  ];
  await fails("json", () => tell(Response.json({ a: undefined, b: 1 })));
  await fails("json with a type", () =>
    tell(Response.json(1, { headers: { "content-type": "x/y" } })),
  );
  await fails("json of nothing", () => tell(Response.json(undefined)));
  await fails("json of a cycle", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    return tell(Response.json(circle)).then(() => "made");
  });
  await fails("redirect", () => tell(Response.redirect("http://a/b")));
  await refuses("redirect with 200", () => tell(Response.redirect("http://a/b", 200)));
  await fails(
    "status as a text",
    () => new Response("x", { status: "201" as unknown as number }).status,
  );
  await fails("statusText", () => new Response("x", { statusText: "Fine" }).statusText);
});
