import { inWorker } from "../../worker/program.ts";

export default inWorker("rules for making a Response", async ({ fails, refuses }) => {
  const make = (init: ResponseInit, body: BodyInit | null = null) => {
    const { status, headers } = new Response(body, init);
    return [status, [...headers]];
  };
  await fails("101 without a socket", () => make({ status: 101 }));
  await fails("socket without 101", () => make({ webSocket: new WebSocketPair()[0] }));
  await fails("101 with a body", () =>
    make({ status: 101, webSocket: new WebSocketPair()[0] }, "x"),
  );
  await fails("101 with a socket", () => make({ status: 101, webSocket: new WebSocketPair()[0] }));
  await fails("101 with an accepted socket", () => {
    const pair = new WebSocketPair();
    pair[0].accept();
    return make({ status: 101, webSocket: pair[0] });
  });
  await fails("clone of an upgrade", () =>
    new Response(null, { status: 101, webSocket: new WebSocketPair()[0] }).clone(),
  );
  await fails("status 199", () => make({ status: 199 }));
  await fails("status 600", () => make({ status: 600 }));
  await fails("204 with a body", () => make({ status: 204 }, "x"));
  await fails("304 without a body", () => make({ status: 304 }));
  await refuses("bad header name", () => make({ headers: { "a b": "c" } }));
  await refuses("bad header value", () => make({ headers: { a: "b\nc" } }));
  await fails("text body", () => make({}, "x"));
  await fails("json", async () => {
    const response = Response.json({ a: 1 }, { status: 202 });
    return [response.status, response.headers.get("content-type"), await response.text()];
  });
  await fails("redirect", () => {
    const response = Response.redirect("https://a.b/c", 307);
    return [response.status, response.headers.get("location")];
  });
  await fails("read twice", async () => {
    const response = new Response("once");
    await response.text();
    await response.text();
  });
  await fails("error()", () => Response.error().status);
});
