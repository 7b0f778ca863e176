import { createHash, timingSafeEqual } from "node:crypto";
import { KEY_HEADERS, type Provider } from "./providers.ts";
import type { Headers } from "./request-options.ts";
import type { GatewaySettings } from "./settings.ts";
import { RequestHeader } from "./wire.ts";

/** Reads a secret or environment variable by its name; `undefined` when there is none. */
export type SecretOf = (name: string) => string | undefined;

/** Who asks. */
export interface Caller {
  /** Whether stored keys may be used for it. */
  readonly isTrusted: boolean;
  /** What a budget for each key goes by: never the key itself. */
  readonly key: string;
}

const BEARER = /^Bearer +(.+)$/i;

/**
 * Whether a request may use a gateway, and how far it is trusted.
 *
 * @param isTrusted whether its way to the gateway already shows that it may: a binding, or a URL that
 *   nobody can guess
 * @returns `undefined` where it may not
 */
export function callerOf(
  { authentication, tokens = [] }: GatewaySettings,
  authorization: string | undefined,
  isTrusted: boolean,
  secretOf: SecretOf,
): Caller | undefined {
  const shown = BEARER.exec(authorization ?? "")?.[1];
  const isKnown = shown !== undefined && isGatewayKey(shown, tokens, secretOf);
  const isAsked = authentication ?? tokens.length > 0;
  if (isAsked && !isKnown && !isTrusted) return undefined;
  // A key that is not known is refused even where none is asked for: somebody meant something else.
  if (shown !== undefined && !isKnown && tokens.length > 0) return undefined;
  return { isTrusted: isTrusted || isKnown, key: shown === undefined ? "" : digest(shown) };
}

/**
 * Headers in which a gateway key stands where it belongs. Most clients always send a provider's key, and
 * cannot leave it out: where they were given the gateway's, it is the gateway's, and goes to no provider.
 */
export function withGatewayKey(
  headers: Headers,
  { tokens = [] }: GatewaySettings,
  secretOf: SecretOf,
): Headers {
  if (tokens.length === 0 || headers[RequestHeader.AUTHORIZATION] !== undefined) return headers;
  for (const name of KEY_HEADERS) {
    const value = headers[name];
    if (value === undefined) continue;
    const shown = BEARER.exec(value)?.[1] ?? value;
    if (!isGatewayKey(shown, tokens, secretOf)) continue;
    const { [name]: _, ...others } = headers;
    return { ...others, [RequestHeader.AUTHORIZATION]: `Bearer ${shown}` };
  }
  return headers;
}

function isGatewayKey(shown: string, tokens: readonly string[], secretOf: SecretOf): boolean {
  return tokens.flatMap((name) => secretOf(name) ?? []).some((token) => isSame(token, shown));
}

/** A provider's stored key. */
export function storedKey(
  { keys }: Provider,
  alias: string,
  secretOf: SecretOf,
): string | undefined {
  const name = Object.hasOwn(keys, alias) ? keys[alias] : undefined;
  return name === undefined ? undefined : secretOf(name);
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(digest(a)), Buffer.from(digest(b)));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
