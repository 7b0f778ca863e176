import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bundleWorker, type Sdk } from "./support/bundle.ts";
import type { runOnFreehold } from "./support/freehold.ts";
import { runtimes } from "./support/runtimes.ts";
import { runOnWorkerd } from "./support/workerd.ts";

const path = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url).href);
const objects = { Relic: "Relic" };

interface Found {
  state: { fired: unknown[] };
  version: number;
  jobs: { id: string }[];
  [key: string]: unknown;
}

/** Plants an old layout, opens it under an SDK, twice, and says what is there each time. */
async function open(
  run: typeof runOnWorkerd | typeof runOnFreehold,
  sdk: Sdk,
  layout: string,
  fired: number,
): Promise<Found[]> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-relic-"));
  const live = async <T>(script: string, body: (url: string) => Promise<T>) => {
    const worker = await run({ script, objects, directory });
    try {
      return await body(`${worker.url}/agents/relic/${layout}`);
    } finally {
      await worker.stop();
    }
  };
  try {
    await live(await bundleWorker(path("relic.ts"), sdk), (url) => fetch(url));
    const script = await bundleWorker(path("relic-agent.ts"), sdk);
    const look = async (url: string): Promise<Found> => {
      for (;;) {
        const found = (await (await fetch(url)).json()) as Found;
        if (found.state.fired.length >= fired) return found;
      }
    };
    return [await live(script, look), await live(script, look)];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The schema version is each SDK's own: ours keeps what it found. */
const comparable = (found: Found[]) => found.map(({ version: _version, ...rest }) => rest);

test.each(runtimes)(
  "layouts of before 0.3 are moved as the published package does, on %s",
  async (_name, run) => {
    const published = await open(runOnWorkerd, "agents", "planted", 4);
    const ours = await open(run, "@freehold/agents", "planted", 4);
    expect(comparable(ours)).toEqual(comparable(published));
    expect(ours.map(({ version }) => version)).toEqual([11, 11]);
    expect(ours[0]?.jobs.map(({ id }) => id)).toEqual(["s1", "s2", "s4", "s6", "s8"]);
  },
);

test("still older layouts are moved too", async () => {
  const published = await open(runOnWorkerd, "agents", "old", 3);
  const ours = await open(runOnWorkerd, "@freehold/agents", "old", 3);
  expect(comparable(ours)).toEqual(comparable(published));
});
