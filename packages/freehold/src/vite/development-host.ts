import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { FreeholdError, type Host, systemClock, type WorkerModule } from "@freehold/host";
import { isRunnableDevEnvironment, type ViteDevServer } from "vite";
import { messageOf, ownFrames } from "../commands/report.ts";
import { composeHost } from "../runtime/compose.ts";
import type { DevelopmentAssets } from "./assets.ts";
import { type ViteProject, WORKER_ENVIRONMENT } from "./project.ts";

/**
 * Hosts by project folder. When Vite restarts itself, the new server is configured while the old one
 * still runs; the data directory has one owner, so the new host waits here for the old one to end.
 */
const running = new Map<string, DevelopmentHost>();

/** After this time code that did not load is tried once more. */
const SECOND_LOOK_MS = 250;

/** The host of one development server, and what becomes of it when the code changes or fails. */
export class DevelopmentHost {
  readonly #project: ViteProject;
  readonly #server: ViteDevServer;
  readonly #assets: DevelopmentAssets;
  #host: Host | undefined;
  #failure: unknown;
  #looksAgain = false;
  /** The change being applied. Changes that come meanwhile are applied together after it. */
  #applying: Promise<void> | undefined;
  #changedAgain = false;
  #closed = false;

  constructor(project: ViteProject, server: ViteDevServer, assets: DevelopmentAssets) {
    this.#project = project;
    this.#server = server;
    this.#assets = assets;
  }

  /** Whether the newest code did not load. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Starts the host. Code that fails to load is reported, and tried again when it changes. */
  async start(): Promise<void> {
    const { root } = this.#project;
    await running.get(root)?.close();
    running.set(root, this);
    await this.#applyAlone();
  }

  /** Swaps the code: changes that arrive together are one swap. */
  codeChanged(): void {
    if (this.#applying) {
      this.#changedAgain = true;
      return;
    }
    void this.#applyAlone();
  }

  serve(request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void {
    if (this.#host === undefined) {
      next(this.#failure ?? new Error("The Worker has not started yet."));
      return;
    }
    this.#host.handleRequest(request, response);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#host === undefined) socket.destroy();
    else this.#host.handleUpgrade(request, socket, head);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#applying;
    await this.#host?.close();
    if (running.get(this.#project.root) === this) running.delete(this.#project.root);
  }

  /** The data directory has one owner: a change that comes while the host starts waits its turn. */
  #applyAlone(): Promise<void> {
    this.#applying = this.#apply().finally(() => {
      this.#applying = undefined;
      if (!this.#changedAgain) return;
      this.#changedAgain = false;
      this.codeChanged();
    });
    return this.#applying;
  }

  async #apply(): Promise<void> {
    if (this.#closed) return;
    try {
      const isReload = this.#host !== undefined;
      if (this.#host) await this.#host.reload();
      else this.#host = await this.#compose();
      if (this.#failure !== undefined) this.#recovered();
      if (isReload) this.#project.onReloaded();
    } catch (error) {
      this.#failed(error);
    }
  }

  #compose(): Promise<Host> {
    const { root, config, options } = this.#project;
    return composeHost({
      root,
      // In development Vite serves the files, and the agents may show errors with their stacks.
      config: { ...config, assets: undefined, vars: { ...config.vars, FREEHOLD_DEV: "1" } },
      worker: () => this.#load(),
      development: true,
      bindings: config.assets?.binding ? [this.#assets.binding(config.assets.binding)] : [],
      dataDirectory: options.dataDirectory,
    });
  }

  async #load(): Promise<WorkerModule> {
    const environment = this.#server.environments[WORKER_ENVIRONMENT];
    if (!environment || !isRunnableDevEnvironment(environment)) {
      throw new FreeholdError(
        "ENVIRONMENT_REPLACED",
        "Another plugin replaced the Worker's environment.",
        {
          help: "Remove the plugin that declares a Vite environment named `worker`.",
        },
      );
    }
    // What failed may have been read while it was being written, and Vite keeps what it has read.
    if (this.#failure !== undefined) environment.moduleGraph.invalidateAll();
    environment.runner.clearCache();
    return (await environment.runner.import(this.#project.main)) as WorkerModule;
  }

  #failed(error: unknown): void {
    const before = this.#failure;
    this.#failure = error;
    const problem = error instanceof Error ? error : new Error(String(error));
    const isKnown = before instanceof Error && before.message === problem.message;
    if (this.#looksAgain && isKnown) {
      this.#looksAgain = false;
      return;
    }
    if (before === undefined) this.#lookAgain();
    const { logger } = this.#server.config;
    const rest = this.#host
      ? "The code before it goes on running."
      : "It is tried again when it changes.";
    const { message, stack } = explain(problem);
    logger.error(`The Worker could not be loaded. ${rest}\n${message}\n${stack}`.trimEnd(), {
      timestamp: true,
      error: problem,
    });
    this.#server.environments.client.hot.send({
      type: "error",
      err: { message: stripVTControlCharacters(message), stack: stripVTControlCharacters(stack) },
    });
  }

  /** A file may have been read half written, and watchers miss a change that follows at once. */
  #lookAgain(): void {
    systemClock.setTimer(() => {
      if (this.#failure === undefined) return;
      this.#looksAgain = true;
      this.codeChanged();
    }, SECOND_LOOK_MS);
  }

  /** Clears the error that the page shows. */
  #recovered(): void {
    this.#failure = undefined;
    this.#looksAgain = false;
    this.#server.environments.client.hot.send({ type: "update", updates: [] });
  }
}

/** What to print and to show: of stacks, only what is the project's own code. */
function explain(problem: Error): { message: string; stack: string } {
  if (problem instanceof FreeholdError) {
    const stack = ownFrames(problem.cause).join("\n");
    return { message: `${problem.message} ${problem.help}`, stack };
  }
  return { message: messageOf(problem), stack: ownFrames(problem).join("\n") };
}
