import { inObject } from "../../worker/program.ts";

export default inObject("the time limit of socket events", async ({ ctx, note, fails }) => {
  note("at first", ctx.getHibernatableWebSocketEventTimeout());
  for (const ms of [1000, 604_800_000, 0, 5, undefined]) {
    ctx.setHibernatableWebSocketEventTimeout(ms);
    note(`set to ${ms}`, ctx.getHibernatableWebSocketEventTimeout());
  }
  await fails("too long", () => ctx.setHibernatableWebSocketEventTimeout(604_800_001));
  await fails("negative", () => ctx.setHibernatableWebSocketEventTimeout(-1));
  await fails("a fraction", () => {
    ctx.setHibernatableWebSocketEventTimeout(1.7);
    return ctx.getHibernatableWebSocketEventTimeout();
  });
  await fails("infinite", () => ctx.setHibernatableWebSocketEventTimeout(Number.POSITIVE_INFINITY));
  await fails("a text of a number", () => {
    ctx.setHibernatableWebSocketEventTimeout("7" as never);
    return ctx.getHibernatableWebSocketEventTimeout();
  });
  await fails("no number", () => {
    ctx.setHibernatableWebSocketEventTimeout("x" as never);
    return ctx.getHibernatableWebSocketEventTimeout();
  });
});
