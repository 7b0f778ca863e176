import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/**
 * One life of a host: it follows the errand of the life before to its end, then begins its own, and is
 * killed there. Packages are loaded by names in variables: their types are Node's.
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
const WORKFLOWS: string = "@freehold/workflows";
const { workflowBindings } = (await import(WORKFLOWS)) as {
  workflowBindings(workflows: readonly object[]): readonly object[];
};

const { CRASH_CURRENT: current, CRASH_FOLDER: folder = "", CRASH_PREVIOUS: previous } = process.env;

const workflows = [{ binding: "ERRAND", name: "errand", className: "Errand" }];
const host = await createHost({
  worker: loadModule(fileURLToPath(new URL("./worker.ts", import.meta.url).href)),
  config: {
    name: "crash",
    main: undefined,
    compatibilityDate: "2026-06-11",
    compatibilityFlags: [],
    durableObjects: [{ name: "Chief", className: "Chief" }],
    durableClasses: ["Chief"],
    vars: {},
    assets: undefined,
    workflows,
  },
  bindings: workflowBindings(workflows),
  dataDirectory: `${folder}/data`,
});

async function ask(path: string): Promise<{ instance: string; row: { status?: string } }> {
  const response = await host.fetch(new Request(`http://child/${path}`));
  return (await response.json()) as { instance: string; row: { status?: string } };
}

const ENDS: readonly (string | undefined)[] = ["complete", "errored"];

/** Sends a workflow on its errand unless that was acknowledged before, and follows it to its end. */
async function finish(id: string): Promise<void> {
  const acknowledged = `${folder}/${id}.acknowledged`;
  if (!existsSync(acknowledged)) {
    await ask(`${id}/begin`);
    writeFileSync(acknowledged, "");
  }
  for (;;) {
    const report = await ask(`${id}/report`);
    if (ENDS.includes(report.instance) && ENDS.includes(report.row.status)) {
      writeFileSync(`${folder}/${id}.json`, JSON.stringify(report));
      return;
    }
    await delay(10);
  }
}

// A host's own timers keep no process.
const awake = setInterval(() => undefined, 60_000);
for (const id of [previous, current]) {
  if (id) await finish(id);
}
await host.close();
clearInterval(awake);
