import { KEY_HEADERS, keyHeader, OWN_PROVIDER, type Provider } from "../providers.ts";
import type { Headers, RequestOptions } from "../request-options.ts";
import type { Outgoing } from "./upstream.ts";

/** One provider's turn at a request. */
export interface Step {
  readonly provider: string;
  readonly model: string;
  /** As the log shows it, such as `chat/completions`. */
  readonly path: string;
  readonly outgoing: Outgoing;
  readonly options: RequestOptions;
}

/** What a step is made of. */
export interface StepParts {
  readonly provider: Provider;
  readonly method: string;
  /** Behind the provider's address, without a slash in front; a query may stand behind it. */
  readonly path: string;
  readonly isCompat: boolean;
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly model: string;
  readonly options: RequestOptions;
  /** The stored key that goes where the client sent none. */
  readonly storedKey: string | undefined;
}

/** Those of a connection, and those that tell a provider about somebody else's network. */
const DROPPED: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-length",
  "cookie",
  "expect",
  "forwarded",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-real-ip",
]);
const DROPPED_PREFIXES = /^(?:cf-|x-forwarded-)/;

export function makeStep(parts: StepParts): Step {
  const { provider, method, path, isCompat, headers, body, model, options, storedKey } = parts;
  const base = isCompat ? provider.compatUrl : provider.baseUrl;
  return {
    provider: provider.name,
    model,
    path: path.replace(/\?.*/s, ""),
    options,
    outgoing: {
      url: `${base}/${behind(base, path)}`,
      method,
      body,
      headers: {
        ...forwarded(headers),
        ...(storedKey !== undefined && keyHeader(provider, storedKey, isCompat)),
        // What is kept and counted has to be read.
        "accept-encoding": "identity",
        ...(body.byteLength > 0 && { "content-length": String(body.byteLength) }),
      },
    },
  };
}

/** Some clients name a provider's version, which stands in its address already. */
function behind(base: string, path: string): string {
  return base.endsWith("/v1") && path.startsWith("v1/") ? path.slice("v1/".length) : path;
}

/** Whether the client itself shows the provider a key. */
export function hasKey(headers: Headers): boolean {
  return Object.keys(headers).some((name) => KEY_HEADERS.has(name));
}

function forwarded(headers: Headers): Headers {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !DROPPED.has(name) && !DROPPED_PREFIXES.test(name)),
  );
}

/** The host's own models, as if they were a provider. */
export const OWN: Provider = {
  name: OWN_PROVIDER,
  baseUrl: "own:",
  compatUrl: "own:",
  auth: "bearer",
  keys: {},
};
