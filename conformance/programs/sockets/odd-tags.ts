import { inObject } from "../../worker/program.ts";

export default inObject("tags with odd letters", async ({ ctx, note, fails }) => {
  const codes = (text: string) => Array.from(text, (letter) => letter.codePointAt(0));
  const tags = ["", "\0", "\ud800", "é", "e\u0301", "__proto__", "\ufeffx"];
  for (const [index, tag] of tags.entries()) {
    const { 1: server } = new WebSocketPair();
    ctx.acceptWebSocket(server, [tag]);
    note(`tag ${index}`, ctx.getTags(server).map(codes));
    note(`found by ${index}`, ctx.getWebSockets(tag).length);
  }
  note("another half of a pair", ctx.getWebSockets("\udc00").length);
  note("the replacement", ctx.getWebSockets("\ufffd").length);
  for (const letter of ["a", "é", "☃", "👩"]) {
    for (const bytes of [256, 258]) {
      const tag = letter.repeat(Math.floor(bytes / new TextEncoder().encode(letter).length));
      await fails(`${letter}, about ${bytes} bytes`, () => {
        const { 1: server } = new WebSocketPair();
        ctx.acceptWebSocket(server, [tag]);
        return tag.length;
      });
    }
  }
});
