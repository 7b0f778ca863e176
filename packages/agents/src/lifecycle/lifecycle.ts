import type { DurableObject } from "cloudflare:workers";
import type { WSMessage } from "../connections/types.ts";
import { FreeholdError, messageOf } from "../errors.ts";
import type { LifecycleJobs } from "../jobs/job.ts";
import { JobOwner } from "../schema.ts";
import { type SqlValue, templateQuery } from "../storage/sql.ts";
import {
  type DurableObjectCapability,
  installServices,
  LifecycleCapability,
} from "./capability.ts";
import { HostHooks, type LifecycleRouteEnvelope } from "./host.ts";
import { createParts, type LifecycleOptions, type LifecycleParts } from "./parts.ts";
import { receive } from "./services.ts";

/** The platform's entry points that a lifecycle takes. */
const HANDLERS = [
  "fetch",
  "alarm",
  "webSocketMessage",
  "webSocketClose",
  "webSocketError",
] as const;

/**
 * The life of a Durable Object: it starts the object once, before its first event, and shares the
 * object's requests, sockets and alarm among capabilities and the object's own hooks.
 *
 * @example
 * export class Room extends DurableObject<Env> {
 *   readonly state = new State({ initialState: { guests: 0 } });
 *   readonly webSockets = new WebSockets({ state: this.state });
 *   readonly lifecycle = Lifecycle.install(this).use(this.state).use(this.webSockets);
 *
 *   onRequest() {
 *     return Response.json(this.state.get());
 *   }
 * }
 */
export class Lifecycle<Env extends object = Cloudflare.Env, Props extends object = object> {
  readonly #parts: LifecycleParts;
  readonly #host: DurableObject<Env>;
  #installed = false;

  /** Makes a lifecycle and has it take the object's entry points; call it in the constructor. */
  static install<Env extends object, Props extends object = object>(
    host: DurableObject<Env>,
    options?: LifecycleOptions,
  ): Lifecycle<Env, Props> {
    const lifecycle = new Lifecycle<Env, Props>(host, options);
    lifecycle.installHandlers();
    return lifecycle;
  }

  /** @param hooks for the SDK's own hosts: replaces how the host's hooks are called */
  constructor(
    host: DurableObject<Env>,
    options: LifecycleOptions = {},
    hooks: HostHooks = new HostHooks(host),
  ) {
    this.#host = host;
    this.#parts = createParts(host, options, hooks);
  }

  /** Takes the entry points that the object does not define itself. @throws when called twice. */
  installHandlers(): void {
    if (this.#installed) {
      throw new FreeholdError(
        "handlers_installed",
        "Durable Object lifecycle handlers are already installed",
      );
    }
    this.#installed = true;
    for (const name of HANDLERS) {
      if (name in this.#host) continue;
      const value = this[name].bind(this);
      Object.defineProperty(this.#host, name, { value, configurable: true, writable: true });
    }
  }

  /**
   * Adds a feature; call it in the constructor. Features are asked in the order in which they were
   * added, those that claim everything last.
   *
   * @throws FreeholdError `capability_too_late`, `capability_duplicate`, `capability_unreachable`.
   */
  use(capability: DurableObjectCapability<Props>): this {
    const { capabilities, services, startup } = this.#parts;
    if (startup.status !== "zero") {
      throw new FreeholdError(
        "capability_too_late",
        "Lifecycle capabilities must be added before startup",
      );
    }
    capabilities.add(capability as DurableObjectCapability);
    if (capability instanceof LifecycleCapability) {
      installServices(capability, services(capability.capabilityId));
    }
    return this;
  }

  /** @internal Takes a message that a capability of another object sent. */
  async route({ capability, source, payload }: LifecycleRouteEnvelope): Promise<unknown> {
    await this.#parts.startup.ensure();
    return receive(this.#parts.capabilities, capability, { source, payload });
  }

  /** Runs a statement on the object's database; values are bound. Failures are logged and thrown. */
  sql<T = Record<string, SqlValue>>(strings: TemplateStringsArray, ...values: SqlValue[]): T[] {
    const query = templateQuery(strings);
    try {
      return this.#parts.ctx.storage.sql.exec(query, ...values).toArray() as T[];
    } catch (error) {
      console.error(`failed to execute sql query: ${query}`, messageOf(error));
      throw error;
    }
  }

  /** Answers a request: capabilities first, then the host's `onRequest`. Never rejects. */
  fetch(request: Request): Promise<Response> {
    return this.#parts.requests.fetch(request);
  }

  /** @internal A message came in on an accepted socket. */
  webSocketMessage(socket: WebSocket, message: WSMessage): Promise<void> {
    return this.#parts.socketEvents.message(socket, message);
  }

  /** @internal An accepted socket was closed. */
  webSocketClose(
    socket: WebSocket,
    code: number,
    reason: string,
    wasClean: boolean,
  ): Promise<void> {
    return this.#parts.socketEvents.close(socket, code, reason, wasClean);
  }

  /** @internal An accepted socket failed. */
  webSocketError(socket: WebSocket, error: unknown): Promise<void> {
    return this.#parts.socketEvents.error(socket, error);
  }

  /**
   * Resolves when the object has started; rejects when its start fails. Native calls do not start an
   * object by themselves. Inside the start it resolves at once.
   */
  async start(props?: Props): Promise<void> {
    await this.#parts.startup.ensure(props);
  }

  isStarted(): boolean {
    return this.#parts.startup.status === "started";
  }

  /** The object's name. @throws FreeholdError `agent_unnamed`. */
  get name(): string {
    return this.#parts.identity.name();
  }

  /** Durable work of the host itself; it comes back to the host's `onJob`. */
  get jobs(): LifecycleJobs {
    return this.#parts.jobs.owned(JobOwner.HOST);
  }

  /** Sets the object's alarm anew from the stored jobs. */
  rearmAlarm(): Promise<void> {
    return this.#parts.alarm.recheck();
  }

  /** Keeps work within the running alarm's memory-limit breaker; false when no alarm runs. */
  trackAlarmWork(work: Promise<unknown>): boolean {
    return this.#parts.alarms.track(work);
  }

  /** Has every capability let go of what it holds, the last one first. */
  async dispose(): Promise<void> {
    for (const capability of this.#parts.capabilities.having("dispose").toReversed()) {
      try {
        await capability.dispose();
      } catch (error) {
        console.error(`Capability "${capability.capabilityId}" could not be disposed of:`, error);
      }
    }
  }

  /** Deletes the object's alarm; none is set any more. For the end of the object. */
  disableAlarms(): Promise<void> {
    return this.#parts.alarm.disable();
  }

  /** Runs the object's alarm: what is due, then the host's `onAlarm`. */
  alarm(): Promise<void> {
    return this.#parts.alarms.run();
  }
}
