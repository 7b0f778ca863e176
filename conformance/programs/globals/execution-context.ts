import * as workers from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export default inWorker("the context of an event", async ({ note, fails, ctx }) => {
  const kinds: string[] = [];
  for (const name in ctx) kinds.push(`${name}: ${typeof Reflect.get(ctx, name)}`);
  note("members", kinds);
  note("own", Object.keys(ctx));
  note("class", [ctx.constructor.name, String(ctx)]);
  note("props", ctx.props);
  note("exports", [typeof ctx.exports, ctx.exports === (workers.exports as unknown)]);
  const open = ctx as unknown as Record<string, (...values: unknown[]) => unknown>;
  await fails("waitUntil of nothing", () => open.waitUntil!());
  await fails("waitUntil of a number", () => open.waitUntil!(5));
  await fails("waitUntil detached", () => {
    const { waitUntil } = open;
    return waitUntil!(Promise.resolve());
  });
  await fails("passThroughOnException", () => open.passThroughOnException!());
  await fails("made", () => Reflect.construct(ctx.constructor, []));
  await fails("imported waitUntil of a number", () => workers.waitUntil(5 as never));
  await fails("stored", () => structuredClone(ctx.props));
});
