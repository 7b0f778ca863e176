import { Miniflare } from "miniflare";

/** A Worker with its Durable Objects on real workerd. */
export interface RunningWorker {
  /** Base URL, `http://127.0.0.1:port`. */
  readonly url: string;
  /** `host:port`, as client libraries take it. */
  readonly host: string;
  stop(): Promise<void>;
}

/** What to run. */
export interface WorkerToRun {
  /** One ES module. */
  readonly script: string;
  /** Binding name → exported class. */
  readonly objects: Readonly<Record<string, string>>;
  /** Binding name → exported class of its workflows. */
  readonly workflows?: Readonly<Record<string, string>>;
  /** Plain variables of `env`. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Directory that keeps what objects store; default: memory. */
  readonly directory?: string;
}

/** The runtime behaviour that objects are tested against. */
const COMPATIBILITY_DATE = "2026-06-11";

/** Starts workerd on a free local port. */
export async function runOnWorkerd(worker: WorkerToRun): Promise<RunningWorker> {
  const objects = Object.entries(worker.objects).map(([binding, className]) => [
    binding,
    { className, useSQLite: true },
  ]);
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    modules: [{ type: "ESModule", path: "worker.mjs", contents: worker.script }],
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: ["nodejs_compat"],
    durableObjects: Object.fromEntries(objects),
    bindings: { ...worker.variables },
    workflows: Object.fromEntries(
      Object.entries(worker.workflows ?? {}).map(([binding, className]) => [
        binding,
        { name: binding.toLowerCase(), className },
      ]),
    ),
    ...(worker.directory === undefined
      ? {}
      : { durableObjectsPersist: worker.directory, workflowsPersist: worker.directory }),
  });
  const { host } = await miniflare.ready;
  return { url: `http://${host}`, host, stop: () => miniflare.dispose() };
}
