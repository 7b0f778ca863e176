import { env, withEnv } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export default inWorker("env by import", async ({ note }) => {
  const found = env as unknown as Record<string, unknown>;
  note("has the bindings", "Lab" in found);
  note("is an object", typeof found);
  const inside = withEnv({ replaced: 1 } as never, async () => {
    await scheduler.wait(1);
    return [(env as unknown as { replaced: number }).replaced, "Lab" in env];
  });
  note("replaced", await inside);
  note("as before", ["replaced" in found, "Lab" in found]);
});
