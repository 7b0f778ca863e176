import { inObject } from "../../worker/program.ts";

export default inObject("how large an attachment", async ({ ctx, fails }) => {
  const pair = new WebSocketPair();
  ctx.acceptWebSocket(pair[1]);
  const keep = (value: unknown) => pair[1].serializeAttachment(value);
  // Two bytes of header, one for the type, three for the length.
  for (const length of [16_378, 16_379, 16_384]) {
    await fails(`${length} letters`, () => keep("x".repeat(length)));
  }
  await fails("9,000 two-byte letters", () => keep("☃".repeat(9000)));
});
