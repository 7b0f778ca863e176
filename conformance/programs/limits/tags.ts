import { inObject } from "../../worker/program.ts";

export default inObject("how many tags and how long", async ({ ctx, fails }) => {
  const accept = (tags: string[]) => {
    const pair = new WebSocketPair();
    ctx.acceptWebSocket(pair[1], tags);
    return ctx.getTags(pair[1]).length;
  };
  const letters = (n: number) => Array.from({ length: n }, (_, i) => `t${i}`);
  await fails("10", () => accept(letters(10)));
  await fails("11", () => accept(letters(11)));
  await fails("256 letters", () => accept(["x".repeat(256)]));
  await fails("256 snowmen", () => accept(["☃".repeat(256)]));
  await fails("86 snowmen", () => accept(["☃".repeat(86)]));
  await fails("257 letters", () => accept(["x".repeat(257)]));
});
