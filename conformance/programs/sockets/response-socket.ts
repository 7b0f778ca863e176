import { inWorker } from "../../worker/program.ts";

export default inWorker("a socket in a Response", async ({ note, fails }) => {
  const pair = new WebSocketPair();
  const response = new Response(null, { status: 101, webSocket: pair[0] });
  note("the same socket", response.webSocket === pair[0]);
  note("of another response", new Response("x").webSocket);
  await fails(
    "in two responses",
    () => new Response(null, { status: 101, webSocket: pair[0] }).status,
  );
  await fails(
    "not a socket",
    () => new Response(null, { status: 101, webSocket: {} as WebSocket }).status,
  );
  await fails("accepted after", () => pair[0].accept());
});
