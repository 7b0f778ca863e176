import { inObject } from "../../worker/program.ts";

export default inObject("how long an automatic answer", async ({ ctx, fails }) => {
  const set = (request: string, response: string) =>
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(request, response));
  await fails("2048", () => set("x".repeat(2048), "y".repeat(2048)));
  await fails("request of 2049", () => set("x".repeat(2049), "y"));
  await fails("response of 2049", () => set("x", "y".repeat(2049)));
  await fails("683 snowmen", () => set("☃".repeat(683), "y"));
});
