import { Readable } from "node:stream";
import type { GatewayAnswer } from "../gateway.ts";
import type { Gateways } from "../gateways.ts";
import type { LogEntry, LogPatch } from "../store/log-entry.ts";
import { AnswerHeader, RequestHeader } from "../wire.ts";

/** How a request is sent through a gateway. Source: `platform.md` 4.4. */
export interface GatewayOptions {
  readonly id?: string;
  readonly cacheKey?: string;
  /** Seconds. */
  readonly cacheTtl?: number;
  readonly skipCache?: boolean;
  readonly metadata?: Readonly<Record<string, string | number | boolean | null | bigint>>;
  readonly collectLog?: boolean;
  readonly eventId?: string;
  readonly requestTimeoutMs?: number;
  readonly retries?: {
    readonly maxAttempts?: number;
    readonly retryDelayMs?: number;
    readonly backoff?: string;
  };
}

/** A step of the universal endpoint. */
export interface UniversalRequest {
  readonly provider: string;
  readonly endpoint: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly query?: unknown;
}

/** A log as programs see it. */
export type GatewayLog = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly created_at: Date;
};

type Outside = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * `env.AI.gateway(id)`.
 *
 * @example
 * ```ts
 * const gateway = env.AI.gateway("default");
 * const response = await gateway.run({ provider: "openai", endpoint: "chat/completions", query });
 * await gateway.patchLog(env.AI.aiGatewayLogId, { feedback: 1 });
 * ```
 */
export class GatewayBinding {
  readonly #id: string;
  readonly #gateways: Gateways;
  readonly #outside: Outside;
  readonly #noteLog: (id: string) => void;

  /** @param noteLog hears of the id of each request's log */
  constructor(id: string, gateways: Gateways, outside: Outside, noteLog: (id: string) => void) {
    this.#id = id;
    this.#gateways = gateways;
    this.#outside = outside;
    this.#noteLog = noteLog;
  }

  getUrl(provider?: string): Promise<string> {
    return this.#outside(() => this.#gateways.url(this.#id, provider));
  }

  /** @throws an `Error` whose `name` is `AiGatewayLogNotFound` */
  getLog(id: string): Promise<GatewayLog> {
    return this.#outside(async () => {
      const entry = this.#gateways.store.log(this.#id, id);
      if (entry === undefined) throw notFound(id);
      return shown(entry);
    });
  }

  /**
   * @throws an `Error` whose `name` is `AiGatewayLogNotFound`, or `AiGatewayInternalError` for values
   *   that no log has
   */
  patchLog(id: string, patch: LogPatch): Promise<void> {
    return this.#outside(async () => {
      const { feedback, score, metadata } = patch;
      if (![undefined, null, 1, -1].includes(feedback)) {
        throw internal("feedback must be 1, -1 or null");
      }
      if (typeof score === "number" ? !(score >= 0 && score <= 100) : (score ?? null) !== null) {
        throw internal("score must be a number from 0 to 100, or null");
      }
      const known: LogPatch = {
        ...(feedback !== undefined && { feedback }),
        ...(score !== undefined && { score }),
        ...(metadata !== undefined && { metadata }),
      };
      if (!this.#gateways.store.patchLog(this.#id, id, known)) throw notFound(id);
    });
  }

  /** Sends to a provider, or to the first of several that answers. */
  run(
    request: UniversalRequest | readonly UniversalRequest[],
    options: {
      readonly gateway?: GatewayOptions;
      readonly extraHeaders?: Readonly<Record<string, string>>;
      readonly signal?: AbortSignal;
    } = {},
  ): Promise<Response> {
    const headers = {
      "content-type": "application/json",
      ...optionHeaders(options.gateway ?? {}),
      ...lowered(options.extraHeaders ?? {}),
    };
    const body = Buffer.from(JSON.stringify(request));
    const signal = options.signal ?? new AbortController().signal;
    return this.#outside(async () => {
      signal.throwIfAborted();
      const asked = { method: "POST", path: "", headers, body };
      const answer = await this.#gateways.handle(this.#id, asked, true, signal);
      const logId = answer.headers[AnswerHeader.LOG_ID];
      if (logId !== undefined) this.#noteLog(logId);
      return responseOf(answer);
    });
  }
}

/** An answer as the web has it. */
export function responseOf({ status, headers, body }: GatewayAnswer): Response {
  if (status === 204 || status === 304) {
    body.resume();
    return new Response(null, { status, headers });
  }
  const stream = Readable.toWeb(body) as unknown as ReadableStream<Uint8Array>;
  return new Response(stream, { status, headers });
}

/** Options are headers by other names. */
export function optionHeaders(options: GatewayOptions): Readonly<Record<string, string>> {
  const { cacheKey, cacheTtl, skipCache, metadata, collectLog, eventId, requestTimeoutMs } =
    options;
  const { maxAttempts, retryDelayMs, backoff } = options.retries ?? {};
  const values: readonly (readonly [string, unknown])[] = [
    [RequestHeader.CACHE_KEY, cacheKey],
    [RequestHeader.CACHE_TTL, cacheTtl || undefined],
    [RequestHeader.SKIP_CACHE, skipCache],
    [RequestHeader.METADATA, metadata && JSON.stringify(metadata, plainNumbers)],
    [RequestHeader.COLLECT_LOG, collectLog],
    [RequestHeader.EVENT_ID, eventId],
    [RequestHeader.TIMEOUT, requestTimeoutMs],
    [RequestHeader.MAX_ATTEMPTS, maxAttempts],
    [RequestHeader.RETRY_DELAY, retryDelayMs],
    [RequestHeader.BACKOFF, backoff],
  ];
  return Object.fromEntries(
    values.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

function plainNumbers(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}

/** Names in small letters, as gateways read them. */
export function lowered(
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function shown(entry: LogEntry): GatewayLog {
  return {
    id: entry.id,
    provider: entry.provider,
    model: entry.model,
    path: entry.path,
    duration: entry.duration,
    request_content_type: entry.requestContentType,
    response_content_type: entry.responseContentType,
    status_code: entry.statusCode,
    success: entry.success,
    cached: entry.cached,
    tokens_in: entry.tokensIn,
    tokens_out: entry.tokensOut,
    metadata: entry.metadata,
    step: entry.step,
    cost: entry.cost,
    custom_cost: entry.customCost,
    request_size: entry.requestSize,
    request_head: entry.request,
    request_head_complete: entry.requestComplete,
    response_size: entry.responseSize,
    response_head: entry.response,
    response_head_complete: entry.responseComplete,
    feedback: entry.feedback,
    score: entry.score,
    event_id: entry.eventId,
    dlp: entry.dlp,
    guardrails: entry.notes,
    created_at: new Date(entry.createdAt),
  };
}

function internal(text: string): Error {
  return Object.assign(new Error(text), { name: "AiGatewayInternalError" });
}

function notFound(id: string): Error {
  return Object.assign(new Error(`There is no log ${id}.`), { name: "AiGatewayLogNotFound" });
}
