import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock, Logger, Random } from "@freehold/host";
import { aiError } from "../errors.ts";
import { Gateway, type GatewayAnswer, refusal } from "./gateway.ts";
import { type SecretOf, storedKey } from "./keys.ts";
import { providerOf } from "./providers.ts";
import { RateLimits } from "./rules/limits.ts";
import type { GatewayRequest } from "./send/plan.ts";
import { whole } from "./send/recording.ts";
import { HttpUpstream, type Incoming, type Outgoing, type Upstream } from "./send/upstream.ts";
import { GatewayServer } from "./serve/server.ts";
import { checkGateways, type GatewaysSettings } from "./settings.ts";
import { GatewayStore } from "./store/store.ts";
import { DEFAULT_ALIAS } from "./wire.ts";

export interface GatewaysOptions {
  readonly settings: GatewaysSettings;
  /** Absolute path of the folder for logs, kept answers and the account's name. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly secretOf: SecretOf;
  /**
   * Answers for `workers-ai`: the host's own models. Default: they are not there.
   *
   * @param http what a request goes on by where it is a provider's after all
   */
  readonly own?: (
    outgoing: Outgoing,
    signal: AbortSignal,
    http: Upstream["send"],
  ) => Promise<Incoming>;
}

const OWN_ADDRESS = "own:";
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const OWNER_ONLY = 0o600;
const DEFAULT_HOST = "127.0.0.1";
const ASK_LIMIT_MS = 10_000;

/**
 * The gateways of a host: one for each id that somebody uses, with the settings for that id or those of
 * `default`.
 *
 * @example
 * ```ts
 * const gateways = new Gateways({ settings, folder, clock, random, log, secretOf });
 * const url = await gateways.url("default", "openai");
 * const openai = new OpenAI({ baseURL: url });
 * ```
 */
export class Gateways {
  readonly store: GatewayStore;
  readonly #options: GatewaysOptions;
  readonly #upstream: Upstream;
  readonly #limits: RateLimits;
  readonly #gateways = new Map<string, Gateway>();
  readonly #account: string;
  #server: Promise<GatewayServer> | undefined;
  #isClosed = false;

  /** @throws FreeholdError `AI_CONFIG_INVALID` */
  constructor(options: GatewaysOptions) {
    checkGateways(options.settings);
    this.#options = options;
    this.#upstream = withOwn(new HttpUpstream(), options.own);
    this.#limits = new RateLimits(() => options.clock.now());
    mkdirSync(options.folder, { recursive: true });
    this.store = new GatewayStore(join(options.folder, "gateway.sqlite"));
    this.#account = options.settings.account ?? guarded(options.folder, options.random);
  }

  /** Whether `id` can be a gateway's. */
  static isId(id: string): boolean {
    return ID.test(id);
  }

  /** Whether a provider is known here, and a key is stored for it. */
  hasKeyFor(provider: string): boolean {
    const { settings, secretOf } = this.#options;
    const known = providerOf(provider, settings.providers ?? {});
    return known !== undefined && storedKey(known, DEFAULT_ALIAS, secretOf) !== undefined;
  }

  /**
   * Takes a request through a gateway, without a network.
   *
   * @param isTrusted whether it may use stored keys: one of the Worker's own may
   */
  async handle(
    id: string,
    request: GatewayRequest,
    isTrusted: boolean,
    signal: AbortSignal,
  ): Promise<GatewayAnswer> {
    if (!Gateways.isId(id) || this.#isClosed) return refusal("UNKNOWN_GATEWAY");
    return this.#gateway(id).handle(request, isTrusted, signal);
  }

  /**
   * The URL that clients are pointed at: of a provider, of `compat`, or of the universal endpoint when
   * neither is named. Starts to listen when nothing does.
   *
   * @throws FreeholdError `AI_GATEWAY_CLOSED`
   */
  async url(id: string, provider = ""): Promise<string> {
    const server = await this.listen();
    return `${server.url}/v1/${this.#account}/${id}/${provider}`;
  }

  /** Listens where the settings say, or on some port of this machine. */
  listen(): Promise<GatewayServer> {
    if (this.#isClosed) return Promise.reject(closed());
    const { settings, log } = this.#options;
    this.#server ??= GatewayServer.start({
      hostname: settings.hostname ?? DEFAULT_HOST,
      port: settings.port ?? 0,
      account: this.#account,
      // A name that was given can be guessed: it shows nothing.
      isTrusted: settings.account === undefined,
      handle: (...given) => this.handle(...given),
      admit: (name, headers, isTrusted) =>
        Gateways.isId(name) ? this.#gateway(name).admit(headers, isTrusted) : undefined,
      log,
    });
    return this.#server;
  }

  /** Forgets all logs, kept answers, spent budgets and counted requests. */
  erase(): void {
    this.store.erase();
    this.#limits.clear();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const server = await this.#server?.catch(() => undefined);
    await server?.close();
    this.#upstream.close();
    this.store.close();
  }

  #gateway(id: string): Gateway {
    const known = this.#gateways.get(id);
    if (known !== undefined) return known;
    const { settings, clock, random, secretOf } = this.#options;
    const { gateways = {}, providers = {}, prices = {} } = settings;
    const own = Object.hasOwn(gateways, id) ? gateways[id] : gateways.default;
    const made = new Gateway(id, own ?? {}, {
      store: this.store,
      upstream: this.#upstream,
      limits: this.#limits,
      ...{ clock, random, secretOf, providers, prices },
      ask: (url, body) => ask(this.#upstream, url, body),
    });
    // Ids come from outside: only those that were declared are remembered.
    if (Object.hasOwn(gateways, id) || id === "default") this.#gateways.set(id, made);
    return made;
  }
}

function withOwn(http: HttpUpstream, own: GatewaysOptions["own"]): Upstream {
  const send: Upstream["send"] = (outgoing, signal) => http.send(outgoing, signal);
  return {
    send: (outgoing: Outgoing, signal: AbortSignal): Promise<Incoming> => {
      if (!outgoing.url.startsWith(OWN_ADDRESS)) return send(outgoing, signal);
      if (own === undefined) return Promise.reject(new Error("this host has no models of its own"));
      return own({ ...outgoing, url: outgoing.url.slice(OWN_ADDRESS.length) }, signal, send);
    },
    close: () => http.close(),
  };
}

/** Asks an endpoint of the user's about a text. */
async function ask(upstream: Upstream, url: string, body: object): Promise<unknown> {
  const text = Buffer.from(JSON.stringify(body));
  const headers = { "content-type": "application/json", "content-length": String(text.length) };
  const outgoing = { url, method: "POST", headers, body: text };
  const answer = await upstream.send(outgoing, AbortSignal.timeout(ASK_LIMIT_MS));
  const said = await whole(answer.body);
  if (answer.status !== 200) throw new Error(`the endpoint answered ${answer.status}`);
  return JSON.parse(said.toString("utf8")) as unknown;
}

/** A name that nobody can guess: whoever knows it may use the stored keys. */
function guarded(folder: string, random: Random): string {
  const file = join(folder, "account");
  if (existsSync(file)) {
    const known = readFileSync(file, "utf8").trim();
    if (/^[0-9a-f]{32}$/.test(known)) return known;
  }
  const made = Buffer.from(random.bytes(16)).toString("hex");
  writeFileSync(file, `${made}\n`, { mode: OWNER_ONLY });
  return made;
}

function closed(): Error {
  return aiError(
    "AI_GATEWAY_CLOSED",
    "The gateways of this host have closed.",
    "Ask for a gateway's URL while the host runs.",
  );
}
