import { aiError } from "../errors.ts";
import type { Check } from "./rules/checks.ts";
import type { Route } from "./rules/route.ts";

export type Backoff = "constant" | "linear" | "exponential";

/** What a million tokens cost, in any one currency. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

/** How much may be spent in a time. */
export interface Budget {
  /** Whom it counts for: everybody together, each gateway key, or each value of a metadata entry. */
  readonly per?: "gateway" | "key" | `metadata.${string}`;
  /** Length of the window in seconds; windows begin at multiples of it since 1970, in UTC. */
  readonly interval: number;
  readonly tokens?: number;
  /** In the currency of the prices. */
  readonly cost?: number;
}

/** Settings of one gateway; what is absent is off. */
export interface GatewaySettings {
  /** Whether clients must show a gateway key. Default: when `tokens` are given. */
  readonly authentication?: boolean;
  /** Names of the secrets or environment variables that hold gateway keys. */
  readonly tokens?: readonly string[];
  /** Seconds that answers are kept, 60 to 2,592,000; 0 or absent: only where a request asks. */
  readonly cacheTtl?: number;
  readonly rateLimit?: {
    readonly limit: number;
    /** In seconds. */
    readonly interval: number;
    /** `fixed` windows are aligned to the clock. Default `sliding`. */
    readonly technique?: "fixed" | "sliding";
  };
  readonly retries?: {
    /** 1 to 5. */
    readonly maxAttempts?: number;
    /** In ms, at most 5,000. */
    readonly delayMs?: number;
    readonly backoff?: Backoff;
  };
  /** To the first part of an answer, in ms. */
  readonly timeoutMs?: number;
  readonly budgets?: readonly Budget[];
  readonly logs?: {
    /** Default true. */
    readonly collect?: boolean;
    /** Requests and answers themselves, secrets taken out. Default true. */
    readonly payloads?: boolean;
    /** How many are kept. Default 100,000. */
    readonly keep?: number;
    /** What happens beyond. Default `delete-oldest`. */
    readonly strategy?: "delete-oldest" | "stop";
    /** How long they are kept at most. Default: no limit. */
    readonly days?: number;
  };
  /** Look at prompts and answers, and let them pass or not. */
  readonly guardrails?: readonly Check[];
  /** Look for data that should not leave or arrive. */
  readonly dlp?: readonly DlpPolicy[];
  /** Dynamic routes by name: `model: "dynamic/<name>"`. */
  readonly routes?: Readonly<Record<string, Route>>;
}

/** What a policy looks for, and what it does when it finds it. */
export interface DlpPolicy {
  readonly id: string;
  /** `secrets` is built in: keys, tokens and private keys of well-known forms. */
  readonly profiles: readonly ("secrets" | DlpProfile)[];
  readonly action: "FLAG" | "BLOCK";
  /** Default both. */
  readonly check?: readonly ("REQUEST" | "RESPONSE")[];
}

export interface DlpProfile {
  readonly id: string;
  /** Regular expressions by entry. They run on texts of others: keep them linear. */
  readonly entries: Readonly<Record<string, RegExp>>;
}

/** A provider of the user's, or another address for a known one. */
export interface ProviderSettings {
  /** Such as `https://api.openai.com/v1`. */
  readonly baseUrl?: string;
  /**
   * Names of secrets or environment variables with the provider's keys, by alias. A plain text is the
   * alias `default`.
   */
  readonly keys?: string | Readonly<Record<string, string>>;
  /** How a key is sent. Default `bearer`. */
  readonly auth?: "bearer" | "x-api-key" | "x-goog-api-key" | "api-key";
}

/** How gateways are set up. */
export interface GatewaysSettings {
  /** Where gateways listen. Default: nowhere, until a program asks for a gateway's URL. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly hostname?: string;
  /** The part of the URL after `/v1/`. Default: one that nobody can guess, for each data directory. */
  readonly account?: string;
  /** By id. Others have the settings of `default`. */
  readonly gateways?: Readonly<Record<string, GatewaySettings>>;
  /** By name: those of the service, or `custom-…`. */
  readonly providers?: Readonly<Record<string, ProviderSettings>>;
  /** By `provider/model`, or `model`. What has no price has no cost. */
  readonly prices?: Readonly<Record<string, Price>>;
}

const ID = /^[A-Za-z0-9_-]{1,64}$/;
const NAMES: ReadonlySet<string> = new Set<keyof GatewaysSettings>([
  "account",
  "gateways",
  "hostname",
  "port",
  "prices",
  "providers",
]);

/**
 * @throws FreeholdError `AI_CONFIG_INVALID`
 */
export function checkGateways(settings: GatewaysSettings): void {
  const unknown = Object.keys(settings).find((name) => !NAMES.has(name));
  if (unknown !== undefined) throw invalid(`there is no use for \`${unknown}\``);
  if (settings.account !== undefined && !ID.test(settings.account)) {
    throw invalid("`account` must be at most 64 letters, digits, - and _");
  }
  for (const [id, gateway] of Object.entries(settings.gateways ?? {})) checkGateway(id, gateway);
  for (const [name, { baseUrl }] of Object.entries(settings.providers ?? {})) {
    if (baseUrl !== undefined && !isHttp(baseUrl)) {
      throw invalid(`\`baseUrl\` of the provider ${name} must be an http or https URL`);
    }
  }
  for (const [name, price] of Object.entries(settings.prices ?? {})) {
    if (!(price.input >= 0 && price.output >= 0)) {
      throw invalid(`the price of ${name} must be two numbers, \`input\` and \`output\``);
    }
  }
}

function checkGateway(id: string, settings: GatewaySettings): void {
  const bad = (what: string) => invalid(`the gateway ${id} ${what}`);
  if (!ID.test(id)) throw bad("must be named by at most 64 letters, digits, - and _");
  const { cacheTtl, rateLimit, retries, budgets = [] } = settings;
  if (cacheTtl !== undefined && cacheTtl !== 0 && !isBetween(cacheTtl, 60, 2_592_000)) {
    throw bad("must have a `cacheTtl` of 0, or of 60 to 2,592,000 seconds");
  }
  if (rateLimit !== undefined && !(rateLimit.limit >= 1 && rateLimit.interval > 0)) {
    throw bad("must have a `rateLimit` with a `limit` from 1 and an `interval` in seconds");
  }
  if (retries?.maxAttempts !== undefined && !isBetween(retries.maxAttempts, 1, 5)) {
    throw bad("must have 1 to 5 attempts");
  }
  if (retries?.delayMs !== undefined && !isBetween(retries.delayMs, 0, 5000)) {
    throw bad("must wait at most 5,000 ms between attempts");
  }
  const useless = budgets.find(({ tokens, cost }) => tokens === undefined && cost === undefined);
  if (useless !== undefined) throw bad("has a budget without `tokens` and `cost`");
  if (budgets.some(({ interval }) => !(interval > 0))) {
    throw bad("has a budget without an `interval` in seconds");
  }
}

function isBetween(value: number, low: number, high: number): boolean {
  return value >= low && value <= high;
}

function isHttp(url: string): boolean {
  return /^https?:$/.test(URL.parse(url)?.protocol ?? "");
}

function invalid(what: string): Error {
  return aiError(
    "AI_CONFIG_INVALID",
    `The settings of the gateways are not right: ${what}.`,
    "See docs/gateway.md for what can stand under `gateway`.",
  );
}
