import type { IncomingMessage, ServerResponse } from "node:http";
import { resolve } from "node:path";
import type { Duplex } from "node:stream";
import { createApplication } from "./application.ts";
import type { BindingContext } from "./bindings/binding.ts";
import { durableObjectBinding } from "./bindings/durable-objects.ts";
import type { PackageClass } from "./bindings/package-class.ts";
import {
  packageClasses,
  packageClassName,
  packageNamespace,
  packageRecord,
} from "./bindings/package-objects.ts";
import { type Clock, keepProcess, systemClock, within } from "./clock.ts";
import { httpErrors } from "./contract-errors.ts";
import { localMailbox } from "./email/mailbox.ts";
import { Mailer } from "./email/mailer.ts";
import { sendEmailBindings } from "./email/send-email.ts";
import { FreeholdError } from "./errors.ts";
import type { Files } from "./files.ts";
import { compatibilityFlags } from "./globals/compatibility.ts";
import type { Host, HostOptions, ListenOptions, ScheduledEvent, WorkerLoader } from "./host.ts";
import { Assets } from "./http/assets.ts";
import { HttpFront } from "./http/front.ts";
import type { Request as HostRequest } from "./http/request.ts";
import { type Listener, listen } from "./http/server.ts";
import type { HostLimits } from "./limits.ts";
import type { Logger } from "./log.ts";
import { Namespaces } from "./namespaces.ts";
import { keyText } from "./objects/key.ts";
import { createObjectDirectory, type Directory } from "./objects/object-directory.ts";
import { handleUncaught } from "./objects/uncaught.ts";
import type { Random } from "./random.ts";
import { outAndBack } from "./rpc/exchange.ts";
import { createSocketRegistry } from "./sockets/registry.ts";
import type { BackupReport } from "./storage/backup.ts";
import { openObjectStores, type Storage } from "./storage/index.ts";
import { CronTriggers } from "./worker/cron.ts";
import type { WorkerEventName } from "./worker/dispatch.ts";
import {
  type EmailOutcome,
  ForwardableEmailMessage,
  type IncomingEmail,
} from "./worker/email-event.ts";
import { createEnv, populateProcessEnv } from "./worker/env.ts";
import { answerEventRoute } from "./worker/event-routes.ts";
import { LoadedVersion } from "./worker/loaded-version.ts";
import { createFetcher } from "./worker/service.ts";
import { ServiceLink } from "./worker/service-links.ts";

/** {@link HostOptions} with defaults filled in. */
export interface StartOptions extends HostOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly limits: HostLimits;
  /** How long events may go on when the code changes or the host closes. Default by `development`. */
  readonly drainMs?: number;
  /** Default the machine's own. */
  readonly files?: Files;
  /** Hears of errors that belong to no object and no event of the Worker. Default: the log. */
  readonly onStrayError?: (error: unknown) => void;
}

/** What a host is made of, for `@freehold/host/testing`. */
export interface HostParts {
  readonly directory: Directory;
  readonly storage: Storage;
  readonly version: LoadedVersion;
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
  readonly #packageClasses: readonly PackageClass[];
  readonly #mailer: Mailer;
  readonly #undo: (() => void)[] = [];
  readonly #listeners: Listener[] = [];
  #worker: WorkerLoader;
  #assets: Assets | undefined;
  #version: LoadedVersion | undefined;
  #directory: Directory | undefined;
  #scheduler: { stop(): void } | undefined;
  #crons: CronTriggers | undefined;
  /** Reloads and the end of the host happen one after the other. */
  #changes: Promise<void> = Promise.resolve();
  #closed: Promise<void> | undefined;

  private constructor(options: StartOptions) {
    const { clock, log, config, random, dataDirectory, durability, limits } = options;
    this.#options = options;
    this.#worker = options.worker;
    this.#mailer = new Mailer(
      options.email ??
        localMailbox({ dataDirectory, clock, log, development: options.development === true }),
      { clock, random },
    );
    this.#sockets = createSocketRegistry(clock);
    this.#application = createApplication({
      version: () => this.#current(),
      assets: () => this.#assets,
      log,
      development: options.development === true,
      eventRoutes:
        (options.eventRoutes ?? options.development)
          ? (request) => answerEventRoute(request, this)
          : undefined,
    });
    const application = this.#application;
    this.#front = new HttpFront({ ...options, application, log });
    const flags = compatibilityFlags(config.compatibilityDate, config.compatibilityFlags);
    this.#storage = openObjectStores({
      dataDirectory,
      clock,
      random,
      limits,
      ...(durability !== undefined && { durability }),
      ...(options.files && { files: options.files }),
      recoveryMs: options.recoveryMs,
      classes: {
        worker: config.name,
        migrations: config.migrations ?? [],
        declarations: config.declaredClasses ?? [],
        bound: [
          ...config.durableClasses,
          ...config.durableObjects.map(({ className }) => className),
        ],
      },
      deleteAllKeepsAlarm: flags.delete_all_deletes_alarm !== true,
      sockets: () => this.#front.openSockets,
      onError: (error) => log.error("Storage failed.", { error }),
    });
    const { classes } = this.#storage;
    this.#packageClasses = packageClasses(options.bindings ?? []);
    const packages = this.#packageClasses.map((it) => packageRecord(config.name, it));
    this.#namespaces = new Namespaces(classes, packages, random, (address) =>
      this.#running().handle(address),
    );
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

  /** @throws FreeholdError `HOST_CLOSED` */
  get parts(): HostParts {
    return {
      directory: this.#running(),
      storage: this.#storage,
      version: this.#current(),
    };
  }

  async fetch(request: Request): Promise<Response> {
    this.#current();
    return (await this.#application(request as unknown as HostRequest)) as Response;
  }

  async email(email: IncomingEmail): Promise<EmailOutcome> {
    const message = new ForwardableEmailMessage(email, this.#mailer);
    await this.#dispatch("email", message);
    return message.outcome;
  }

  async queue(batch: object): Promise<void> {
    await this.#dispatch("queue", batch);
  }

  async scheduled(event: ScheduledEvent = {}): Promise<void> {
    const { cron = "", scheduledTime = this.#options.clock.now() } = event;
    await this.#dispatch("scheduled", { cron, scheduledTime, noRetry: () => undefined });
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

  async backup(target: string, only?: string): Promise<BackupReport> {
    this.#current();
    return this.#storage.backup(resolve(target), only);
  }

  async restore(wanted: string, moment: number | string): Promise<string> {
    const directory = this.#running();
    const { key, undo } = await this.#storage.restoreNext(wanted, moment);
    directory.entries
      .find((entry) => keyText(entry.key) === keyText(key))
      ?.activation?.break(new Error("The object was brought back to an earlier moment."));
    return undo;
  }

  close(): Promise<void> {
    if (this.#closed === undefined) {
      // What runs may have nothing but timers, of ours or its own, which do not keep the process.
      const release = keepProcess();
      this.#closed = this.#next(() => this.#end()).finally(release);
    }
    return this.#closed;
  }

  async #dispatch(name: WorkerEventName, event: object): Promise<void> {
    const { main, dispatcher } = this.#current();
    if (main === undefined) throw httpErrors.noHandler(name);
    await dispatcher.dispatch(main, name, event);
  }

  async #begin(): Promise<void> {
    const { log, config, clock, limits } = this.#options;
    this.#undo.push(
      populateProcessEnv(config),
      handleUncaught(
        this.#options.onStrayError ??
          ((error) => log.error("An error that nobody caught.", { error })),
      ),
    );
    this.#assets = await openAssets(this.#options);
    const version = await this.#load();
    this.#version = version;
    this.#directory = createObjectDirectory({
      stores: this.#storage.stores,
      sockets: this.#sockets,
      clock,
      limits,
      version,
      classOf: (namespace) => this.#namespaces.classOf(namespace),
      report: ({ error, object, where }) =>
        log.error("An object's code threw.", { object, where, error }),
      ...(this.#options.idle && { idle: this.#options.idle }),
    });
    this.#scheduler = this.#storage.scheduler(this.#directory);
    if (this.#options.crons !== false) this.#crons = this.#startCrons();
  }

  async #reload(worker: WorkerLoader | undefined): Promise<void> {
    const old = this.#current();
    if (worker) this.#worker = worker;
    const version = await this.#load();
    this.#assets = await openAssets(this.#options);
    this.#version = version;
    await this.#running().replace(version, drainMs(this.#options));
    await within(systemClock, drainMs(this.#options), old.idle());
    old.retire();
  }

  async #end(): Promise<void> {
    const limitMs = drainMs(this.#options);
    this.#front.stop();
    this.#scheduler?.stop();
    this.#crons?.stop();
    const unlistened = this.#listeners.map((listener) => listener.close(limitMs));
    if (this.#version) await within(systemClock, limitMs, this.#version.idle());
    await this.#sockets.close();
    await this.#front.closeSockets(GOING_AWAY);
    await this.#directory?.close(limitMs);
    await Promise.all(unlistened);
    await this.#storage.close();
    for (const binding of this.#options.bindings ?? []) await binding.close?.();
    await this.#mailer.close();
    this.#version?.retire();
    this.#version = undefined;
    for (const undo of this.#undo.splice(0)) undo();
  }

  #startCrons(): CronTriggers {
    const { config, clock, log } = this.#options;
    return new CronTriggers(config.crons ?? [], clock, (event) => {
      this.scheduled(event).catch((error: unknown) => {
        log.error("The Worker's scheduled handler failed.", { cron: event.cron, error });
      });
    });
  }

  #load(): Promise<LoadedVersion> {
    const { config, clock, limits, log } = this.#options;
    const bindings = [
      ...sendEmailBindings(config.sendEmail ?? [], this.#mailer),
      ...(this.#options.bindings ?? []),
    ];
    const services = (config.services ?? []).map(
      (binding) => new ServiceLink(binding, config.name),
    );
    const env = createEnv({
      config,
      services,
      bindings,
      namespace: (className) => durableObjectBinding(this.#namespaces.parts(className)),
      assets: this.#assets && createFetcher(async (request) => this.#fetchAsset(request)),
      context: this.#bindingContext(),
    });
    const workflows = bindings.flatMap(({ name, workflowClass }) =>
      workflowClass === undefined ? [] : [{ className: workflowClass, binding: env[name] }],
    );
    return LoadedVersion.load({
      loader: this.#worker,
      env,
      services,
      clock,
      limits,
      workflows,
      packageClasses: this.#packageClasses,
      boundClasses: config.durableObjects.map(({ className }) => className),
      namespaceParts: (className) =>
        this.#namespaces.isDurable(className) ? this.#namespaces.parts(className) : undefined,
      report: (error) => log.error("The Worker's code threw.", { error }),
    });
  }

  #bindingContext(): BindingContext {
    const { clock, random, log, dataDirectory } = this.#options;
    return {
      ...{ clock, random, log, dataDirectory },
      outside: outAndBack,
      namespace: (packageClass) => {
        const parts = this.#namespaces.parts(packageClassName(packageClass));
        return packageNamespace(durableObjectBinding(parts), (limit, after) =>
          this.#storage.stores.page(parts.namespace, limit, after),
        );
      },
      cron: (patterns, run) => {
        if (this.#options.crons === false) return () => undefined;
        const triggers = new CronTriggers(patterns, clock, run);
        this.#undo.push(() => triggers.stop());
        return () => triggers.stop();
      },
    };
  }

  async #fetchAsset(request: Request): Promise<Response> {
    const assets = this.#assets as Assets;
    return (await assets.fetchFollowing(request as unknown as HostRequest)) as unknown as Response;
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

/** How long events may go on when the code changes or the host closes. */
function drainMs({ drainMs: given, development }: StartOptions): number {
  return given ?? (development ? DRAIN_IN_DEVELOPMENT_MS : DRAIN_MS);
}

async function openAssets({ config, log }: StartOptions): Promise<Assets | undefined> {
  const { assets, compatibilityDate } = config;
  return assets && Assets.open(assets, compatibilityDate, (problem) => log.warn(problem));
}
