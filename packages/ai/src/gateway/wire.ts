/**
 * Names that clients of a gateway know. Source: `platform.md` 4.1 to 4.4.
 *
 * @module
 */

/** Headers that a client sets. */
export const RequestHeader = {
  AUTHORIZATION: "cf-aig-authorization",
  CACHE_TTL: "cf-aig-cache-ttl",
  SKIP_CACHE: "cf-aig-skip-cache",
  CACHE_KEY: "cf-aig-cache-key",
  METADATA: "cf-aig-metadata",
  CUSTOM_COST: "cf-aig-custom-cost",
  COLLECT_LOG: "cf-aig-collect-log",
  COLLECT_PAYLOAD: "cf-aig-collect-log-payload",
  EVENT_ID: "cf-aig-event-id",
  TIMEOUT: "cf-aig-request-timeout",
  MAX_ATTEMPTS: "cf-aig-max-attempts",
  RETRY_DELAY: "cf-aig-retry-delay",
  BACKOFF: "cf-aig-backoff",
  KEY_ALIAS: "cf-aig-byok-alias",
} as const;

/** The key of a provider that is meant where none is named. */
export const DEFAULT_ALIAS = "default";

/** Names of before, which are read still. */
export const OLD_HEADERS: Readonly<Record<string, string>> = {
  "cf-cache-ttl": RequestHeader.CACHE_TTL,
  "cf-skip-cache": RequestHeader.SKIP_CACHE,
};

/** Headers that a gateway answers. */
export const AnswerHeader = {
  CACHE_STATUS: "cf-aig-cache-status",
  STEP: "cf-aig-step",
  LOG_ID: "cf-aig-log-id",
  EVENT_ID: "cf-aig-event-id",
  MODEL: "cf-aig-model",
  PROVIDER: "cf-aig-provider",
  DLP: "cf-aig-dlp",
} as const;

/** What a gateway refuses with, in the service's numbers where they are known. */
export const Refusal = {
  BAD_REQUEST: { status: 400, code: 2005, message: "Bad request" },
  UNKNOWN_GATEWAY: { status: 404, code: 2001, message: "There is no such gateway" },
  UNKNOWN_PROVIDER: { status: 400, code: 2008, message: "Invalid provider" },
  RATE_LIMITED: { status: 429, code: 2003, message: "Rate limited" },
  UNAUTHORIZED: { status: 401, code: 2009, message: "Unauthorized" },
  TOO_LARGE: { status: 413, code: 2011, message: "The request is too large" },
  PROMPT_BLOCKED: {
    status: 424,
    code: 2016,
    message: "Prompt blocked due to security configurations",
  },
  RESPONSE_BLOCKED: {
    status: 424,
    code: 2017,
    message: "Response blocked due to security configurations",
  },
  BUDGET_SPENT: { status: 429, code: 2021, message: "Budget spent" },
  REQUEST_DLP: {
    status: 424,
    code: 2029,
    message: "Request content blocked due to DLP policy violations",
  },
  RESPONSE_DLP: {
    status: 424,
    code: 2030,
    message: "Response content blocked due to DLP policy violations",
  },
  NO_ROUTE: { status: 400, code: 2031, message: "There is no such dynamic route" },
  UPSTREAM: { status: 502, code: 2010, message: "The provider could not be reached" },
  TIMED_OUT: { status: 504, code: 2014, message: "The provider did not answer in time" },
} as const;

export type RefusalName = keyof typeof Refusal;

/** The body of a refusal, the only JSON that a gateway makes up. */
export function refusalBody(name: RefusalName, detail?: string): string {
  const { code, message } = Refusal[name];
  const text = detail === undefined ? message : `${message}: ${detail}`;
  return JSON.stringify({
    success: false,
    result: [],
    messages: [],
    error: [{ code, message: text }],
  });
}
