import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createHost, loadModule, type WranglerConfig } from "@freehold/host";
import { workflowBindings } from "../../src/index.ts";
import { point } from "./points.ts";

/** One life of a host: it takes an instance up and helps it to its end, then begins the next one. */

const workflows = ["Flow", "Stubborn", "Undoing", "Poison", "Queued"].map((className) => ({
  binding: className.toUpperCase(),
  name: className.toLowerCase(),
  className,
  ...(className === "Queued" && { concurrency: 1 }),
}));
const config: WranglerConfig = {
  name: "crash",
  main: undefined,
  compatibilityDate: "2026-06-11",
  compatibilityFlags: [],
  durableObjects: [{ name: "AGENT", className: "Agent" }],
  durableClasses: ["Agent"],
  vars: {},
  assets: undefined,
  workflows,
};

const host = await createHost({
  worker: loadModule(fileURLToPath(new URL("./worker.ts", import.meta.url))),
  config,
  dataDirectory: `${process.env.CRASH_FOLDER}/data`,
  bindings: workflowBindings(workflows),
});

async function ask(path: string): Promise<Record<string, unknown>> {
  const response = await host.fetch(new Request(`http://child${path}`));
  return (await response.json()) as Record<string, unknown>;
}

/** Helps an instance to its end. */
async function finish(id: string): Promise<void> {
  await ask(`/status/${id}?${process.env.CRASH_PARAMS ?? ""}`);
  point(id, "made");
  for (let isSent = false; ; ) {
    const state = await ask(`/status/${id}`);
    if (state.status === "complete" || state.status === "errored") {
      const outcome = { ...state, ...(await ask(`/events/${id}`)) };
      writeFileSync(`${process.env.CRASH_FOLDER}/${id}.json`, JSON.stringify(outcome));
      return;
    }
    if (state.status === "waiting" || state.status === "rollingBack") {
      point(id, String(state.status));
    }
    if (!isSent && id.startsWith("FLOW")) {
      await ask(`/send/${id}`);
      isSent = true;
      point(id, "event: sent");
    }
    await delay(10);
  }
}

for (const id of [process.env.CRASH_PREVIOUS, process.env.CRASH_CURRENT]) {
  if (id) await finish(id);
}
// The host's timers keep no process alive, and steps may still be running.
const alive = setInterval(() => undefined, 1000);
await host.close();
clearInterval(alive);
