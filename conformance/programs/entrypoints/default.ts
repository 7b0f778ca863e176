import { inWorker } from "../../worker/program.ts";

export default inWorker("the default export as an entrypoint", async ({ ctx, note }) => {
  const { default: self } = ctx.exports as unknown as { default: Fetcher };
  note("fetch", await (await self.fetch("http://x/ready")).text());
  note("type", typeof self);
});
