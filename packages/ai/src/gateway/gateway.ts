import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import type { Clock, Random } from "@freehold/host";
import { type Caller, callerOf, type SecretOf, withGatewayKey } from "./keys.ts";
import { type Headers, type RequestOptions, readOptions } from "./request-options.ts";
import { type Account, accountsOf, isSpent } from "./rules/budget.ts";
import { type Ask, type Noted, runChecks } from "./rules/checks.ts";
import { costOf, priceOf } from "./rules/cost.ts";
import { type Findings, redact, scan } from "./rules/dlp.ts";
import type { RateLimits } from "./rules/limits.ts";
import { isFailure } from "./rules/retry.ts";
import { textsOf } from "./rules/texts.ts";
import { guessedUsage, usageOf } from "./rules/usage.ts";
import { type StepEnd, tryStep } from "./send/attempts.ts";
import { type GatewayRequest, type Plan, planOf } from "./send/plan.ts";
import { bodyOf, type Recorded, recorded, whole } from "./send/recording.ts";
import type { Step } from "./send/step.ts";
import type { Incoming, Upstream } from "./send/upstream.ts";
import type { GatewaySettings, Price, ProviderSettings } from "./settings.ts";
import type { GatewayStore } from "./store/store.ts";
import { AnswerHeader, Refusal, type RefusalName, RequestHeader, refusalBody } from "./wire.ts";

/** What the gateways of a host share. */
export interface GatewayParts {
  readonly store: GatewayStore;
  readonly upstream: Upstream;
  readonly limits: RateLimits;
  readonly clock: Clock;
  readonly random: Random;
  readonly secretOf: SecretOf;
  readonly ask: Ask;
  readonly providers: Readonly<Record<string, ProviderSettings>>;
  readonly prices: Readonly<Record<string, Price>>;
}

/** An answer; its body is read to its end or destroyed. */
export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readable;
}

/** What is known of a request on its way. */
interface Passage {
  readonly request: GatewayRequest;
  readonly caller: Caller;
  readonly options: RequestOptions;
  readonly accounts: readonly Account[];
  readonly startedAt: number;
  readonly logId: string;
  readonly notes: Noted[];
  dlp: Findings | undefined;
}

/** What a provider said, or what was kept of it. */
interface Reply extends Incoming {
  readonly step: Step;
  readonly index: number;
  readonly attempts: number;
  readonly isKept: boolean;
}

const MOST_LOGGED_BYTES = 10 * 1024 * 1024;
const MOST_CACHED_BYTES = 25 * 1024 * 1024;
const KEPT_TYPES = /^(?:text\/|image\/|application\/(?:json|x-ndjson))/;
/** Of the connection to the provider. */
const DROPPED: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "set-cookie",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * One gateway: takes a request through its rules to a provider and back. Answers stream through as they
 * come, unless a rule has to read them first.
 */
export class Gateway {
  readonly id: string;
  readonly #settings: GatewaySettings;
  readonly #parts: GatewayParts;

  constructor(id: string, settings: GatewaySettings, parts: GatewayParts) {
    this.id = id;
    this.#settings = settings;
    this.#parts = parts;
  }

  /** Who asks; `undefined` where they may not. */
  admit(headers: Headers, isTrusted: boolean): Caller | undefined {
    const shown = headers[RequestHeader.AUTHORIZATION];
    return callerOf(this.#settings, shown, isTrusted, this.#parts.secretOf);
  }

  /**
   * Never rejects: what goes wrong is an answer.
   *
   * @param isTrusted whether its way here shows that the request may use stored keys
   * @param signal ends the provider's work
   */
  async handle(
    given: GatewayRequest,
    isTrusted: boolean,
    signal: AbortSignal,
  ): Promise<GatewayAnswer> {
    const { limits, clock, secretOf } = this.#parts;
    const request = { ...given, headers: withGatewayKey(given.headers, this.#settings, secretOf) };
    const caller = this.admit(request.headers, isTrusted);
    if (caller === undefined) return refusal("UNAUTHORIZED");
    const { rateLimit } = this.#settings;
    if (rateLimit !== undefined) {
      const limit = { technique: "sliding" as const, ...rateLimit };
      if (!limits.mayPass(this.id, limit)) return refusal("RATE_LIMITED");
    }
    const options = readOptions(request.headers, this.#settings);
    const who = { key: caller.key, metadata: options.metadata };
    const passage: Passage = {
      ...{ request, caller, options, startedAt: clock.now(), notes: [], dlp: undefined },
      accounts: accountsOf(this.#settings.budgets ?? [], who, clock.now()),
      logId: this.#id(),
    };
    const refused = this.#isSpent(passage)
      ? refusal("BUDGET_SPENT")
      : await this.#checkPrompt(passage);
    return refused ?? this.#forward(passage, signal);
  }

  async #forward(passage: Passage, signal: AbortSignal): Promise<GatewayAnswer> {
    const { providers, secretOf, random } = this.#parts;
    const planned = planOf(passage.request, {
      ...{ settings: this.#settings, providers, secretOf },
      mayUseKeys: passage.caller.isTrusted,
      walk: {
        chance: () => random.fraction(),
        mayPass: ({ id, properties }) => this.#mayPass(id, properties, passage),
      },
    });
    if ("refusal" in planned) return refusal(planned.refusal, planned.detail);
    const reply = await this.#reply(planned, passage, signal);
    if (!("step" in reply)) return reply;
    return this.#answer(reply, passage, planned.isDynamic);
  }

  /** Asks one provider after the other, until one answers well. */
  async #reply(plan: Plan, passage: Passage, signal: AbortSignal): Promise<Reply | GatewayAnswer> {
    const { upstream, clock } = this.#parts;
    let last: (StepEnd & { step: Step; index: number }) | undefined;
    for (let index = 0; ; index++) {
      const step = plan.next();
      if (step === undefined) break;
      last?.answer?.body.destroy();
      const kept = this.#kept(step);
      if (kept) return { ...kept, step, index, attempts: 0, isKept: true };
      last = { ...(await tryStep(step, upstream, clock, signal)), step, index };
      if (!isFailure(last.end) || signal.aborted) break;
    }
    if (last === undefined) return refusal("NO_ROUTE", "it leads to no model");
    const { answer, step, index, attempts, end } = last;
    if (answer !== undefined) return { ...answer, step, index, attempts, isKept: false };
    return this.#unanswered(step, index, attempts, end.kind === "late", passage);
  }

  #kept(step: Step): Incoming | undefined {
    const { store, clock } = this.#parts;
    if (!mayKeep(step)) return undefined;
    const kept = store.answer(this.id, keyOf(step), clock.now());
    return kept && { status: 200, headers: kept.headers, body: bodyOf(kept.body) };
  }

  #unanswered(
    step: Step,
    index: number,
    attempts: number,
    isLate: boolean,
    passage: Passage,
  ): GatewayAnswer {
    const name = isLate ? "TIMED_OUT" : "UPSTREAM";
    const body = refusalBody(name, step.provider);
    this.#log(passage, {
      ...{ step, index, attempts, isKept: false, status: Refusal[name].status },
      headers: { "content-type": "application/json" },
      recorded: { body: Buffer.from(body), size: body.length, isComplete: true },
    });
    const answer = refusal(name, step.provider);
    return { ...answer, headers: { ...answer.headers, ...this.#own(passage, index) } };
  }

  async #answer(reply: Reply, passage: Passage, isDynamic: boolean): Promise<GatewayAnswer> {
    const refused = await this.#checkAnswer(reply, passage);
    if ("refused" in refused) return refused.refused;
    const { step, status, index, isKept } = reply;
    const body = recorded(refused.body, (recorded) => {
      this.#keep(reply, recorded);
      this.#log(passage, { ...reply, recorded });
    });
    const isCached = mayKeep(step);
    return {
      status,
      body,
      headers: {
        ...passed(reply.headers),
        ...this.#own(passage, index),
        ...(isCached && { [AnswerHeader.CACHE_STATUS]: isKept ? "HIT" : "MISS" }),
        ...(isDynamic && {
          [AnswerHeader.MODEL]: step.model,
          [AnswerHeader.PROVIDER]: step.provider,
        }),
      },
    };
  }

  #own({ logId, options, dlp }: Passage, index: number): Headers {
    return {
      [AnswerHeader.STEP]: String(index),
      [AnswerHeader.LOG_ID]: logId,
      ...(options.eventId !== undefined && { [AnswerHeader.EVENT_ID]: options.eventId }),
      ...(dlp && { [AnswerHeader.DLP]: JSON.stringify(dlp) }),
    };
  }

  /** @returns why the prompt goes no further */
  async #checkPrompt(passage: Passage): Promise<GatewayAnswer | undefined> {
    const { guardrails = [], dlp = [] } = this.#settings;
    if (guardrails.length === 0 && dlp.length === 0) return undefined;
    const text = textsOf(Buffer.from(passage.request.body).toString("utf8"), false);
    passage.dlp = scan(dlp, "REQUEST", text);
    if (passage.dlp?.action === "BLOCK") return this.#blocked("REQUEST_DLP", passage);
    return (await this.#isBlocked("request", text, passage))
      ? this.#blocked("PROMPT_BLOCKED", passage)
      : undefined;
  }

  /** An answer that is checked is read to its end before any of it is passed on. */
  async #checkAnswer(
    reply: Reply,
    passage: Passage,
  ): Promise<{ readonly body: Readable } | { readonly refused: GatewayAnswer }> {
    const { guardrails = [], dlp = [] } = this.#settings;
    const isRead =
      dlp.some(({ check }) => check === undefined || check.includes("RESPONSE")) ||
      guardrails.some(({ on }) => on === undefined || on.includes("response"));
    if (!isRead || reply.status >= 400) return { body: reply.body };
    const body = await whole(reply.body).catch(() => undefined);
    if (body === undefined) return { refused: refusal("UPSTREAM", reply.step.provider) };
    const text = textsOf(body.toString("utf8"), isStream(reply.headers));
    const found = scan(dlp, "RESPONSE", text);
    passage.dlp = merged(passage.dlp, found);
    if (found?.action === "BLOCK")
      return { refused: this.#blocked("RESPONSE_DLP", passage, reply) };
    if (await this.#isBlocked("response", text, passage)) {
      return { refused: this.#blocked("RESPONSE_BLOCKED", passage, reply) };
    }
    return { body: bodyOf(body) };
  }

  async #isBlocked(side: "request" | "response", text: string, passage: Passage): Promise<boolean> {
    const { metadata, eventId } = passage.options;
    const input = { side, text, gateway: this.id, metadata, eventId };
    const notes = await runChecks(this.#settings.guardrails ?? [], input, this.#parts.ask);
    passage.notes.push(...notes);
    return notes.some(({ action }) => action === "block");
  }

  #blocked(name: RefusalName, passage: Passage, reply?: Reply): GatewayAnswer {
    const answer = refusal(name);
    const body = refusalBody(name);
    this.#log(passage, {
      step: reply?.step,
      ...{ index: reply?.index ?? 0, attempts: reply?.attempts ?? 0, isKept: false },
      status: answer.status,
      headers: answer.headers,
      recorded: { body: Buffer.from(body), size: body.length, isComplete: true },
    });
    return {
      ...answer,
      headers: { ...answer.headers, ...this.#own(passage, reply?.index ?? 0) },
    };
  }

  #keep({ step, status, headers, isKept }: Reply, { body, isComplete }: Recorded): void {
    const { store, clock } = this.#parts;
    const isGood = status === 200 && isComplete && body.byteLength <= MOST_CACHED_BYTES;
    if (isKept || !isGood || !mayKeep(step)) return;
    const type = headers["content-type"] ?? "";
    // Asked for or not, what is packed can only be unpacked with headers that are not kept.
    if (!KEPT_TYPES.test(type) || headers["content-encoding"] !== undefined) return;
    const answer = { headers: { "content-type": type }, body };
    store.keep(this.id, keyOf(step), answer, clock.now(), step.options.cacheTtl);
  }

  #log(passage: Passage, made: Made): void {
    const { store, clock, prices } = this.#parts;
    const { request, options, accounts, startedAt, logId, notes, dlp } = passage;
    const { step, status, headers, recorded, isKept } = made;
    const text = recorded.body.toString("utf8");
    const usage = isKept ? undefined : usageOf(text, isStream(headers));
    const price = step && priceOf(prices, step.provider, step.model);
    const cost = isKept ? 0 : costOf(usage, price, options.customCost);
    if (!isKept && status < 400 && accounts.length > 0) {
      const { input, output } = usage ?? guessedUsage(Buffer.from(request.body).toString(), text);
      store.spend(this.id, accounts, { tokens: input + output, cost: cost ?? 0 });
    }
    if (!options.collectLog) return;
    const payloads = options.collectPayload;
    store.addLog(
      {
        id: logId,
        gateway: this.id,
        provider: step?.provider ?? "",
        model: step?.model ?? "",
        path: step?.path ?? request.path,
        duration: clock.now() - startedAt,
        requestContentType: request.headers["content-type"] ?? "",
        responseContentType: headers["content-type"] ?? "",
        statusCode: status,
        success: status < 400 && recorded.isComplete,
        cached: isKept,
        ...(usage && { tokensIn: usage.input, tokensOut: usage.output }),
        ...(cost !== undefined && { cost }),
        customCost: options.customCost !== undefined,
        metadata: options.metadata,
        step: made.index,
        attempts: made.attempts,
        requestSize: request.body.byteLength,
        responseSize: recorded.size,
        ...(payloads && { request: head(request.body), response: head(recorded.body) }),
        requestComplete: request.body.byteLength <= MOST_LOGGED_BYTES,
        responseComplete: recorded.isComplete && recorded.size <= MOST_LOGGED_BYTES,
        ...(options.eventId !== undefined && { eventId: options.eventId }),
        notes,
        ...(dlp && { dlp }),
        createdAt: startedAt,
      },
      this.#settings.logs,
    );
  }

  #isSpent({ accounts }: Passage): boolean {
    const { store } = this.#parts;
    return accounts.some((account) => isSpent(account.budget, store.spent(this.id, account)));
  }

  #mayPass(element: string, limit: LimitProperties, passage: Passage): boolean {
    const { key, limitType, interval, technique = "sliding" } = limit;
    const { metadata } = passage.options;
    const name = key?.replace(/^metadata\./, "") ?? "";
    const subject = key === undefined ? "" : String(metadata[name] ?? "");
    const scope = `${this.id}/${element}/${subject}`;
    if (limitType === "count") {
      return this.#parts.limits.mayPass(scope, { limit: limit.limit, interval, technique });
    }
    const window = Math.floor(this.#parts.clock.now() / 1000 / interval) * interval;
    const account: Account = { budget: { interval, cost: limit.limit }, scope, window };
    const isLeft = !isSpent(account.budget, this.#parts.store.spent(this.id, account));
    // What this request costs is known when it has been answered.
    if (isLeft) (passage.accounts as Account[]).push(account);
    return isLeft;
  }

  #id(): string {
    return Buffer.from(this.#parts.random.bytes(16)).toString("hex");
  }
}

type LimitProperties = Parameters<
  NonNullable<Parameters<typeof planOf>[1]["walk"]["mayPass"]>
>[0]["properties"];

/** What a log is made of. */
interface Made {
  readonly step: Step | undefined;
  readonly index: number;
  readonly attempts: number;
  readonly isKept: boolean;
  readonly status: number;
  readonly headers: Headers;
  readonly recorded: Recorded;
}

export function refusal(name: RefusalName, detail?: string): GatewayAnswer {
  const body = Buffer.from(refusalBody(name, detail));
  return {
    status: Refusal[name].status,
    headers: { "content-type": "application/json", "content-length": String(body.length) },
    body: bodyOf(body),
  };
}

function mayKeep({ options, outgoing: { body, method } }: Step): boolean {
  const isAsking = method === "POST" || method === "GET";
  const isWanted = options.cacheTtl > 0 && !options.skipCache;
  return isAsking && isWanted && body.byteLength <= MOST_CACHED_BYTES;
}

/** Source: `platform.md` 4.3. */
function keyOf({ provider, path, model, outgoing, options }: Step): string {
  const hash = createHash("sha256");
  if (options.cacheKey !== undefined) return hash.update(`key:${options.cacheKey}`).digest("hex");
  const { authorization, "x-api-key": apiKey, "x-goog-api-key": google } = outgoing.headers;
  const key = authorization ?? apiKey ?? google ?? "";
  for (const part of [outgoing.method, provider, path, outgoing.url, model, key])
    hash.update(part).update("\0");
  return hash.update(outgoing.body).digest("hex");
}

function isStream(headers: Headers): boolean {
  return (headers["content-type"] ?? "").startsWith("text/event-stream");
}

/** What goes on to the client; names of the gateway's own are nobody else's to set. */
function passed(headers: Headers): Headers {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !DROPPED.has(name) && !name.startsWith("cf-aig-")),
  );
}

function head(body: Uint8Array): string {
  return redact(Buffer.from(body.subarray(0, MOST_LOGGED_BYTES)).toString("utf8"));
}

function merged(a: Findings | undefined, b: Findings | undefined): Findings | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return {
    findings: [...a.findings, ...b.findings],
    action: a.action === "BLOCK" ? a.action : b.action,
  };
}
