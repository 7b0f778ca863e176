import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost } from "../create-host.ts";
import type { Host } from "../host.ts";
import type { Logger } from "../log.ts";
import type { WorkerLoader } from "./worker-loader.ts";

/** A stub of a loaded Worker, for calls of any name. */
export type Loaded = Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>> & {
  fetch(input: string): Promise<Response>;
};

/** A host with a loader. */
export interface LoaderHost extends AsyncDisposable {
  readonly host: Host;
  readonly logged: readonly string[];
  /** Runs a function in an event of the Worker. */
  inWorker<T>(work: (loader: WorkerLoader, ctx: object) => Promise<T>): Promise<T>;
  /** Loads a module, and gives the result of one call. */
  call(source: string, method: string, args: readonly unknown[], more?: object): Promise<unknown>;
}

/** The code of a Worker of one module. */
export function codeOf(source: string, more: object = {}): object {
  return {
    compatibilityDate: "2026-06-11",
    compatibilityFlags: ["nodejs_compat"],
    mainModule: "m.js",
    modules: { "m.js": source },
    globalOutbound: null,
    ...more,
  };
}

export async function startLoaderHost(): Promise<LoaderHost> {
  const directory = mkdtempSync(join(tmpdir(), "freehold-loader-"));
  const logged: string[] = [];
  const write = (message: string) => void logged.push(message);
  const log: Logger = { debug: write, info: write, warn: write, error: write };
  let job: (env: { readonly LOADER: WorkerLoader }, ctx: object) => Promise<void>;
  const handlers = {
    async fetch(_request: Request, env: { readonly LOADER: WorkerLoader }, ctx: object) {
      await job(env, ctx);
      return new Response("done");
    },
  };
  const host = await createHost({
    worker: async () => ({ default: handlers }),
    dataDirectory: directory,
    durability: "memory",
    log,
    config: {
      name: "app",
      main: undefined,
      compatibilityDate: "2026-06-11",
      compatibilityFlags: [],
      durableObjects: [],
      durableClasses: [],
      workerLoaders: ["LOADER"],
      vars: {},
      assets: undefined,
    },
  });
  const inWorker = async <T>(work: (loader: WorkerLoader, ctx: object) => Promise<T>) => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    job = (env, ctx) => work(env.LOADER, ctx).then(resolve, reject);
    await host.fetch(new Request("http://app/"));
    return promise;
  };
  return {
    host,
    logged,
    inWorker,
    call: (source, method, args, more) =>
      inWorker(async (loader) => {
        const stub = loader.load(codeOf(source, more)).getEntrypoint() as Loaded;
        return await stub[method]?.(...args);
      }),
    async [Symbol.asyncDispose]() {
      await host.close();
      rmSync(directory, { recursive: true });
    },
  };
}
