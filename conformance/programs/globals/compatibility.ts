import { inWorker } from "../../worker/program.ts";

export default inWorker("compatibility flags", async ({ note }) => {
  const { compatibilityFlags } = Cloudflare as unknown as {
    compatibilityFlags: Record<string, boolean>;
  };
  note("type", typeof compatibilityFlags);
  note("exports", compatibilityFlags.enable_ctx_exports);
});
