import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { createApplication } from "./application.ts";
import { durableObjectBinding } from "./bindings/durable-objects.ts";
import { type Clock, systemClock, within } from "./clock.ts";
import { FreeholdError } from "./errors.ts";
import type { Host, HostOptions, ListenOptions, WorkerLoader } from "./host.ts";
import { Assets } from "./http/assets.ts";
import { HttpFront } from "./http/front.ts";
import type { Request as HostRequest } from "./http/request.ts";
import { type Listener, listen } from "./http/server.ts";
import type { Logger } from "./log.ts";
import { Namespaces } from "./namespaces.ts";
import { createObjectDirectory, type Directory } from "./objects/object-directory.ts";
import { handleUncaught } from "./objects/uncaught.ts";
import type { Random } from "./random.ts";
import { createSocketRegistry } from "./sockets/registry.ts";
import { openObjectStores, type Storage } from "./storage/index.ts";
import { createEnv, populateProcessEnv } from "./worker/env.ts";
import { LoadedVersion } from "./worker/loaded-version.ts";
import { createFetcher } from "./worker/service.ts";

/** {@link HostOptions} with defaults filled in. */
export interface StartOptions extends HostOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const DRAIN_MS = 30_000;
const DRAIN_IN_DEVELOPMENT_MS = 1000;
/** RFC 6455: the server is going away. */
const GOING_AWAY = 1001;

/** A host that runs: the rooms of this package put together. */
export class RunningHost implements Host {
  readonly #options: StartOptions;
  readonly #storage: Storage;
  readonly #sockets: ReturnType<typeof createSocketRegistry>;
  readonly #front: HttpFront;
  readonly #application: (request: HostRequest) => Promise<object>;
  readonly #namespaces: Namespaces;
  readonly #undo: (() => void)[] = [];
  readonly #listeners: Listener[] = [];
  #worker: WorkerLoader;
  #assets: Assets | undefined;
  #version: LoadedVersion | undefined;
  #directory: Directory | undefined;
  #scheduler: { stop(): void } | undefined;
  /** Reloads and the end of the host happen one after the other. */
  #changes: Promise<void> = Promise.resolve();
  #closed: Promise<void> | undefined;

  private constructor(options: StartOptions) {
    const { clock, log, config, random, dataDirectory, durability } = options;
    this.#options = options;
    this.#worker = options.worker;
    this.#sockets = createSocketRegistry(clock);
    this.#namespaces = new Namespaces(config, random, (address) => this.#running().handle(address));
    this.#application = createApplication({
      version: () => this.#current(),
      assets: () => this.#assets,
      log,
      development: options.development === true,
    });
    const application = this.#application;
    const { bodyLimitBytes, trustedProxies, allowedOrigins } = options;
    this.#front = new HttpFront({
      application,
      log,
      bodyLimitBytes,
      trustedProxies,
      allowedOrigins,
    });
    this.#storage = openObjectStores({
      dataDirectory,
      clock,
      random,
      ...(durability !== undefined && { durability }),
      sockets: () => this.#front.openSockets,
      onError: (error) => log.error("Storage failed.", { error }),
    });
  }

  static async start(options: StartOptions): Promise<RunningHost> {
    const host = new RunningHost(options);
    try {
      await host.#begin();
    } catch (error) {
      await host.close();
      throw error;
    }
    return host;
  }

  async fetch(request: Request): Promise<Response> {
    this.#current();
    return (await this.#application(request as unknown as HostRequest)) as Response;
  }

  async listen(
    options: ListenOptions = {},
  ): Promise<{ readonly url: string; readonly port: number }> {
    const { hostname = "127.0.0.1", port = 8787 } = options;
    this.#current();
    const listener = await listen(this.#front, { hostname, port });
    this.#listeners.push(listener);
    return { url: listener.url, port: listener.port };
  }

  handleRequest(request: IncomingMessage, response: ServerResponse): void {
    this.#front.handle(request, response);
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    return this.#front.upgrade(request, socket, head);
  }

  reload(worker?: WorkerLoader): Promise<void> {
    return this.#next(() => this.#reload(worker));
  }

  close(): Promise<void> {
    this.#closed ??= this.#next(() => this.#end());
    return this.#closed;
  }

  async #begin(): Promise<void> {
    const { log, config, clock } = this.#options;
    this.#undo.push(
      populateProcessEnv(config),
      handleUncaught((error) => log.error("An error that nobody caught.", { error })),
    );
    this.#assets = await this.#openAssets();
    const version = await this.#load();
    this.#version = version;
    this.#directory = createObjectDirectory({
      stores: this.#storage.stores,
      sockets: this.#sockets,
      clock,
      version,
      classOf: (namespace) => this.#namespaces.classOf(namespace),
      report: ({ error, object, where }) =>
        log.error("An object's code threw.", { object, where, error }),
      ...(this.#options.idle && { idle: this.#options.idle }),
    });
    this.#scheduler = this.#storage.scheduler(this.#directory);
  }

  async #reload(worker: WorkerLoader | undefined): Promise<void> {
    const old = this.#current();
    if (worker) this.#worker = worker;
    const version = await this.#load();
    this.#assets = await this.#openAssets();
    this.#version = version;
    await this.#running().replace(version, this.#drainMs);
    await within(systemClock, this.#drainMs, old.idle());
    old.retire();
  }

  async #end(): Promise<void> {
    const drainMs = this.#drainMs;
    this.#front.stop();
    this.#scheduler?.stop();
    const unlistened = this.#listeners.map((listener) => listener.close(drainMs));
    if (this.#version) await within(systemClock, drainMs, this.#version.idle());
    await this.#sockets.close();
    await this.#front.closeSockets(GOING_AWAY);
    await this.#directory?.close(drainMs);
    await Promise.all(unlistened);
    await this.#storage.close();
    for (const binding of this.#options.bindings ?? []) await binding.close?.();
    this.#version?.retire();
    this.#version = undefined;
    for (const undo of this.#undo.splice(0)) undo();
  }

  #load(): Promise<LoadedVersion> {
    const { config, clock, random, log, dataDirectory, bindings = [] } = this.#options;
    const env = createEnv({
      config,
      bindings,
      namespace: (className) => durableObjectBinding(this.#namespaces.parts(className)),
      assets: this.#assets && createFetcher(async (request) => this.#fetchAsset(request)),
      context: { clock, random, log, dataDirectory },
    });
    return LoadedVersion.load({
      loader: this.#worker,
      env,
      clock,
      boundClasses: config.durableObjects.map(({ className }) => className),
      namespaceParts: (className) =>
        this.#namespaces.isDurable(className) ? this.#namespaces.parts(className) : undefined,
      report: (error) => log.error("The Worker's code threw.", { error }),
    });
  }

  async #fetchAsset(request: Request): Promise<Response> {
    const assets = this.#assets as Assets;
    return (await assets.fetch(request as unknown as HostRequest)) as unknown as Response;
  }

  async #openAssets(): Promise<Assets | undefined> {
    const { assets, compatibilityDate } = this.#options.config;
    return assets && Assets.open(assets, compatibilityDate);
  }

  get #drainMs(): number {
    return this.#options.development ? DRAIN_IN_DEVELOPMENT_MS : DRAIN_MS;
  }

  /** Runs a change of the whole host after those before it, whether they went well or not. */
  #next(change: () => Promise<void>): Promise<void> {
    const done = this.#changes.then(change);
    this.#changes = done.catch(() => undefined);
    return done;
  }

  #current(): LoadedVersion {
    if (this.#version && !this.#closed) return this.#version;
    throw closed();
  }

  #running(): Directory {
    if (this.#directory) return this.#directory;
    throw closed();
  }
}

function closed(): FreeholdError {
  return new FreeholdError("HOST_CLOSED", "The host does not run.", {
    help: "Use a host between its start and its end.",
  });
}
