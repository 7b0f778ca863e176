import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Miniflare } from "miniflare";
import { versions } from "../versions.ts";
import { type RunningHost, SEND_EMAIL, type WorkerDefinition } from "./host.ts";
import { begin } from "./running.ts";
import { readWorkerdEvents } from "./workflow-events.ts";

/** Runs the Worker on real workerd, with its storage in a temporary directory on disk. */
export async function startWorkerd(worker: WorkerDefinition): Promise<RunningHost> {
  const directory = await mkdtemp(join(tmpdir(), `workerd-${worker.name}-`));
  let log = "";
  const keep = (stream: Readable) =>
    stream.on("data", (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-100_000);
    });
  const objects = Object.entries(worker.objects).map(
    ([binding, className]) => [binding, { className, useSQLite: true }] as const,
  );
  const services = Object.entries(worker.services ?? {}).map(
    ([binding, target]) => [binding, { name: worker.name, ...target }] as const,
  );
  const make = () =>
    new Miniflare({
      name: worker.name,
      modules: [{ type: "ESModule", path: `${worker.name}.js`, contents: worker.script }],
      compatibilityDate: versions.compatibilityDate,
      compatibilityFlags: versions.compatibilityFlags,
      durableObjects: Object.fromEntries(objects),
      durableObjectsPersist: directory,
      serviceBindings: Object.fromEntries(services),
      bindings: { ...worker.vars },
      workerLoaders: { LOADER: {} },
      email: { send_email: [...SEND_EMAIL] },
      host: "127.0.0.1",
      port: 0,
      cf: false,
      workflows: Object.fromEntries(
        (worker.workflows ?? []).map((name) => [name, { name, className: name }]),
      ),
      workflowsPersist: directory,
      unsafeTriggerHandlers: true,
      handleRuntimeStdio(stdout: Readable, stderr: Readable) {
        keep(stdout);
        keep(stderr);
      },
    });
  let miniflare: Miniflare | undefined;
  const { close } = await begin(async () => {
    await miniflare?.dispose();
    await rm(directory, { recursive: true, force: true });
  });
  const start = () => {
    miniflare = make();
    return miniflare.ready;
  };
  let url = await start();
  return {
    name: "workerd",
    get url() {
      return url;
    },
    workflowEvents: (workflow, id) => readWorkerdEvents(directory, workflow, id),
    log: () => log,
    async restart() {
      await miniflare?.dispose();
      url = await start();
    },
    close,
  };
}
