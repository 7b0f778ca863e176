import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bundleWorker, type Sdk } from "../support/bundle.ts";
import { runtimes } from "../support/runtimes.ts";
import { runOnWorkerd } from "../support/workerd.ts";

const ATTIC = fileURLToPath(new URL("./legacy-worker.ts", import.meta.url).href);

async function found(sdk: Sdk, run: typeof runOnWorkerd): Promise<Record<string, unknown>> {
  const script = await bundleWorker(ATTIC, sdk);
  const worker = await run({ script, objects: { Attic: "Attic" } });
  try {
    return (await (await fetch(`${worker.url}/agents/attic/mine`)).json()) as never;
  } finally {
    await worker.stop();
  }
}

test.each(runtimes)(
  "sessions and streams of before 0.3 are moved as published, on %s",
  async (_name, run) => {
    const ours = await found("@freehold/agents", run);
    expect(ours).toEqual(await found("agents", runOnWorkerd));
    expect(ours.shown).toEqual(["compaction_k", "f"]);
    expect(ours.cursor).toBe(3);
    expect(ours.old).toEqual([{ name: "assistant_config" }]);
  },
);
