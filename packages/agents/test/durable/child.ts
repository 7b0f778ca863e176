import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { endAt, keepInFiles } from "./points.ts";

/**
 * One life of a host: it takes the work of the life before up and follows it to its end, then begins
 * its own, and is killed there.
 */

interface Host {
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

const HOST: string = "@freehold/host";
const { createHost, loadModule } = (await import(HOST)) as {
  createHost(options: object): Promise<Host>;
  loadModule(path: string): unknown;
};

const { CRASH_FOLDER: folder = "", CRASH_AT, CRASH_KIND = "task" } = process.env;
const { CRASH_CURRENT: current, CRASH_PREVIOUS: previous } = process.env;

keepInFiles(folder);
endAt((id, name) => {
  const marker = `${folder}/${id}.crashed`;
  if (name !== CRASH_AT || id !== current || existsSync(marker)) return;
  writeFileSync(marker, name);
  process.kill(process.pid, "SIGKILL");
});

const host = await createHost({
  worker: loadModule(fileURLToPath(new URL("./worker.ts", import.meta.url).href)),
  config: {
    name: "crash",
    main: undefined,
    compatibilityDate: "2026-06-11",
    compatibilityFlags: [],
    durableObjects: [{ name: "Laborer", className: "Laborer" }],
    durableClasses: ["Laborer"],
    vars: {},
    assets: undefined,
    workflows: [],
  },
  dataDirectory: `${folder}/data`,
});

async function ask(path: string): Promise<Record<string, unknown>> {
  const response = await host.fetch(new Request(`http://child/${path}`));
  return (await response.json()) as Record<string, unknown>;
}

interface Report {
  readonly run: { readonly state: string } | null;
  readonly fiber: { readonly status: string } | null;
  readonly fiberRuns: readonly unknown[];
  readonly plainEnded: boolean;
}

function isOver({ fiber, fiberRuns, plainEnded, run }: Report): boolean {
  if (CRASH_KIND === "task") return run !== null && "settledAt" in run;
  // Begun again by a caller that had no answer, the plain one runs a second time.
  return fiber?.status === "completed" && plainEnded && fiberRuns.length === 0;
}

/** Begins the work unless it was acknowledged before, and follows it. What was is not begun again. */
async function finish(id: string): Promise<void> {
  const acknowledged = `${folder}/${id}.acknowledged`;
  if (!existsSync(acknowledged)) {
    await ask(`${id}/${CRASH_KIND === "task" ? "task" : "fibers"}`);
    writeFileSync(acknowledged, "");
  }
  for (;;) {
    const report = (await ask(`${id}/report`)) as unknown as Report;
    if (isOver(report)) break;
    await delay(10);
  }
  writeFileSync(`${folder}/${id}.json`, JSON.stringify(await ask(`${id}/told`)));
}

// A host's own timers keep no process.
const awake = setInterval(() => undefined, 60_000);
for (const id of [previous, current]) {
  if (id) await finish(id);
}
await host.close();
clearInterval(awake);
