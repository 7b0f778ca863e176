import { type SecretOf, storedKey } from "../keys.ts";
import { OWN_PROVIDER, type Provider, providerOf } from "../providers.ts";
import { type Headers, type RequestOptions, readOptions } from "../request-options.ts";
import { type ModelElement, nextModel, type Route, type Walk } from "../rules/route.ts";
import type { GatewaySettings, ProviderSettings } from "../settings.ts";
import type { RefusalName } from "../wire.ts";
import { hasKey, makeStep, OWN, type Step } from "./step.ts";

/** A request as it came, without what is the connection's. */
export interface GatewayRequest {
  readonly method: string;
  /** Behind the gateway's id, without a slash in front, a query included: `openai/chat/completions`. */
  readonly path: string;
  /** Names in small letters. */
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export interface PlanContext {
  readonly settings: GatewaySettings;
  readonly providers: Readonly<Record<string, ProviderSettings>>;
  readonly secretOf: SecretOf;
  readonly mayUseKeys: boolean;
  /** For dynamic routes, all but what the request itself says. */
  readonly walk: Omit<Walk, "facts">;
}

/** The providers that a request is tried with, one after the other failed. */
export interface Plan {
  next(): Step | undefined;
  /** Whether the answer says which model it was. */
  readonly isDynamic: boolean;
}

export type Planned = Plan | { readonly refusal: RefusalName; readonly detail?: string };

/** A step of the universal endpoint. Source: `platform.md` 4.1. */
interface UniversalStep {
  readonly provider: string;
  readonly endpoint: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly query?: unknown;
  readonly config?: Readonly<Record<string, unknown>>;
}

const CONFIG_HEADERS: Readonly<Record<string, string>> = {
  requestTimeout: "cf-aig-request-timeout",
  maxAttempts: "cf-aig-max-attempts",
  retryDelay: "cf-aig-retry-delay",
  backoff: "cf-aig-backoff",
  cacheTtl: "cf-aig-cache-ttl",
  skipCache: "cf-aig-skip-cache",
};
const MOST_STEPS = 20;
const COMPAT = "compat";
const DYNAMIC = "dynamic/";

/** Says whom to ask, from the form of the request. */
export function planOf(request: GatewayRequest, context: PlanContext): Planned {
  const path = request.path.replace(/^\/+/, "");
  if (path === "" || path.startsWith("?")) return universal(request, context);
  const slash = path.indexOf("/");
  const name = slash < 0 ? path : path.slice(0, slash);
  const rest = slash < 0 ? "" : path.slice(slash + 1);
  if (isClimbing(rest)) return { refusal: "BAD_REQUEST", detail: "the path goes up" };
  if (name === COMPAT) return compat(request, rest, context);
  const provider = find(name, context);
  if (provider === undefined) return unknown(name, context);
  const json = jsonOf(request.body);
  const model = modelOf(json, rest);
  return single(stepOf(request, provider, { path: rest, isCompat: false, model }, context));
}

/** What the body says in JSON; nothing where it is something else. */
export function jsonOf(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  if (body.byteLength === 0) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    return typeof value === "object" && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function universal(request: GatewayRequest, context: PlanContext): Planned {
  const given: unknown = jsonOf(request.body);
  const steps = Array.isArray(given) ? given : [given];
  if (request.method !== "POST" || !steps.every(isUniversalStep)) {
    return { refusal: "BAD_REQUEST", detail: "expected steps with a provider and an endpoint" };
  }
  if (steps.length === 0 || steps.length > MOST_STEPS) {
    return { refusal: "BAD_REQUEST", detail: `expected 1 to ${MOST_STEPS} steps` };
  }
  const plans: Plan[] = [];
  for (const step of steps) {
    const planned = universalPlan(request, step, context);
    if ("refusal" in planned) return planned;
    plans.push(planned);
  }
  return inTurn(plans);
}

/** One plan after the other: `compat` may have several models of its own. */
function inTurn(plans: readonly Plan[]): Plan {
  const left = [...plans];
  return {
    isDynamic: plans.some(({ isDynamic }) => isDynamic),
    next: () => {
      for (let plan = left[0]; plan !== undefined; plan = left[0]) {
        const step = plan.next();
        if (step !== undefined) return step;
        left.shift();
      }
      return undefined;
    },
  };
}

function universalPlan(
  request: GatewayRequest,
  step: UniversalStep,
  context: PlanContext,
): Planned {
  const path = step.endpoint.replace(/^\/+/, "");
  if (isClimbing(path)) return { refusal: "BAD_REQUEST", detail: "the path goes up" };
  const one = universalRequest(request, step);
  if (step.provider === COMPAT) return compat(one, path, context);
  const provider = find(step.provider, context);
  if (provider === undefined) return unknown(step.provider, context);
  const model = modelOf(jsonOf(one.body), path);
  return single(stepOf(one, provider, { path, isCompat: false, model }, context));
}

/** A step as if it had come by itself. */
function universalRequest(request: GatewayRequest, step: UniversalStep): GatewayRequest {
  const config = Object.entries(step.config ?? {}).flatMap(([name, value]) => {
    const header = CONFIG_HEADERS[name];
    return header === undefined ? [] : [[header, String(value)] as const];
  });
  // The step's own headers win over those of the request, which win over the gateway's settings.
  const headers = {
    ...gatewayHeaders(request.headers),
    "content-type": "application/json",
    ...Object.fromEntries(config),
    ...lowered(step.headers ?? {}),
  };
  return { ...request, headers, body: Buffer.from(JSON.stringify(step.query ?? {})) };
}

function compat(request: GatewayRequest, path: string, context: PlanContext): Planned {
  const json = jsonOf(request.body);
  const named = json?.model;
  if (json === undefined || typeof named !== "string") {
    return { refusal: "BAD_REQUEST", detail: "expected JSON with a `model`" };
  }
  if (named.startsWith(DYNAMIC)) {
    return dynamic(request, path, json, named.slice(DYNAMIC.length), context);
  }
  const step = compatStep(request, path, json, named, context);
  return step === undefined ? unknown(named, context) : single(step);
}

function compatStep(
  request: GatewayRequest,
  path: string,
  json: Readonly<Record<string, unknown>>,
  named: string,
  context: PlanContext,
  options?: Partial<RequestOptions>,
): Step | undefined {
  const slash = named.indexOf("/");
  const provider = find(named.slice(0, Math.max(0, slash)), context);
  if (provider === undefined) return undefined;
  const model = named.slice(slash + 1);
  const body = Buffer.from(JSON.stringify({ ...json, model }));
  const parts = { path, isCompat: true, model, ...(options && { options }) };
  return stepOf({ ...request, body }, provider, parts, context);
}

function dynamic(
  request: GatewayRequest,
  path: string,
  json: Readonly<Record<string, unknown>>,
  name: string,
  context: PlanContext,
): Planned {
  const routes = context.settings.routes ?? {};
  const route: Route | undefined = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (route === undefined) return { refusal: "NO_ROUTE", detail: name };
  const { metadata } = readOptions(request.headers, context.settings);
  const walk = { ...context.walk, facts: { metadata, body: json, headers: request.headers } };
  let last: ModelElement | undefined;
  let isFirst = true;
  return {
    isDynamic: true,
    next: () => {
      if (!isFirst && last === undefined) return undefined;
      last = nextModel(route, walk, isFirst ? undefined : last);
      isFirst = false;
      if (last === undefined) return undefined;
      const { provider, model, timeout, retries } = last.properties;
      return compatStep(request, path, json, `${provider}/${model}`, context, {
        ...(timeout !== undefined && { timeoutMs: timeout }),
        ...(retries !== undefined && { maxAttempts: Math.min(5, retries + 1) }),
      });
    },
  };
}

function stepOf(
  request: GatewayRequest,
  provider: Provider,
  parts: {
    readonly path: string;
    readonly isCompat: boolean;
    readonly model: string;
    readonly options?: Partial<RequestOptions>;
  },
  { settings, secretOf, mayUseKeys }: PlanContext,
): Step {
  const options = { ...readOptions(request.headers, settings), ...parts.options };
  const isKeyed = hasKey(request.headers) || !mayUseKeys;
  return makeStep({
    provider,
    method: request.method,
    path: parts.path,
    isCompat: parts.isCompat,
    headers: request.headers,
    body: request.body,
    model: parts.model,
    options,
    storedKey: isKeyed ? undefined : storedKey(provider, options.keyAlias, secretOf),
  });
}

function find(name: string, { providers, mayUseKeys }: PlanContext): Provider | undefined {
  if (name !== OWN_PROVIDER) return providerOf(name, providers);
  // The host's own models go on to providers with its keys.
  return mayUseKeys ? OWN : undefined;
}

/** @param named a provider, or a model behind it */
function unknown(named: string, { mayUseKeys }: PlanContext): Planned {
  const isOwn = named === OWN_PROVIDER || named.startsWith(`${OWN_PROVIDER}/`);
  if (isOwn && !mayUseKeys) return { refusal: "UNAUTHORIZED" };
  return { refusal: "UNKNOWN_PROVIDER", detail: named };
}

function single(step: Step): Plan {
  let left: Step | undefined = step;
  return {
    isDynamic: false,
    next: () => {
      const next = left;
      left = undefined;
      return next;
    },
  };
}

/** Bodies name the model, or paths do: `models/gemini-3-flash:generateContent`, `@cf/meta/…`. */
function modelOf(json: Readonly<Record<string, unknown>> | undefined, path: string): string {
  if (typeof json?.model === "string") return json.model;
  const plain = path.replace(/\?.*/s, "");
  return /(?:^|\/)models\/([^/:]+)/.exec(plain)?.[1] ?? (plain.startsWith("@") ? plain : "");
}

function isUniversalStep(value: unknown): value is UniversalStep {
  const { provider, endpoint } = (value ?? {}) as Partial<UniversalStep>;
  return typeof provider === "string" && typeof endpoint === "string";
}

/** A path may not leave the provider's address, however it is written. */
function isClimbing(path: string): boolean {
  const plain = path
    .replace(/\?.*/s, "")
    .replace(/%2e/gi, ".")
    .replace(/\\|%5c|%2f/gi, "/");
  return plain.split("/").some((part) => part === "..");
}

function lowered(headers: Readonly<Record<string, unknown>>): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  );
}

function gatewayHeaders(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("cf-")));
}
