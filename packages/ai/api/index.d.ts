import {
  Binding,
  BindingContext,
  Clock,
  Logger,
  Random,
} from "@freehold/host";
import {
  Readable,
} from "node:stream";
/**
 * What `env.AI` throws. Names, codes and texts are the service's. Source: `platform.md` 6.1, 6.3.
 *
 * @module
 */
/** Codes of refusals, with the service's statuses. */
declare const AiCode: {
  readonly NO_SUCH_MODEL: {
    readonly code: 5007;
    readonly status: 400;
  };
  readonly BAD_INPUT: {
    readonly code: 5006;
    readonly status: 400;
  };
  readonly BAD_BASE64: {
    readonly code: 5004;
    readonly status: 400;
  };
  readonly NO_JSON: {
    readonly code: 5024;
    readonly status: 400;
  };
  readonly TOO_LARGE: {
    readonly code: 3006;
    readonly status: 413;
  };
  readonly TIMED_OUT: {
    readonly code: 3007;
    readonly status: 408;
  };
  readonly ABORTED: {
    readonly code: 3008;
    readonly status: 408;
  };
  readonly NO_CAPACITY: {
    readonly code: 3040;
    readonly status: 429;
  };
  readonly UPSTREAM: {
    readonly code: 3043;
    readonly status: 500;
  };
};
type AiCodeName = keyof typeof AiCode;
/** An `Error` named `InferenceUpstreamError`, whose text is `<code>: <description>`. */
declare class InferenceUpstreamError extends Error {
  readonly name = "InferenceUpstreamError";
  readonly code: number;
  readonly status: number;
  constructor(name: AiCodeName, description: string, cause?: unknown);
}
/** A mistake in how `run` was called. */
declare class AiInternalError extends Error {
  readonly name = "AiInternalError";
}
type Scalar = string | number | boolean;
type Headers = Readonly<Record<string, string>>;
/** What a check is asked about. */
interface CheckInput {
  readonly side: "request" | "response";
  /** All texts of the prompt or of the answer, a line each. */
  readonly text: string;
  readonly gateway: string;
  readonly metadata: Readonly<Record<string, Scalar>>;
  readonly eventId: string | undefined;
}
/** `flag` lets pass and is noted in the log. */
interface Verdict {
  readonly action: "pass" | "flag" | "block";
  /** Why, in words of the check's own. */
  readonly categories?: readonly string[];
}
/**
 * A guardrail: a function, or the address of an endpoint that takes a {@link CheckInput} as JSON and
 * answers a {@link Verdict}.
 *
 * @example
 * ```ts
 * const polite = {
 *   id: "polite",
 *   check: ({ text }) => ({ action: /damn/i.test(text) ? "block" : "pass" }),
 * };
 * ```
 */
interface Check {
  readonly id: string;
  /** Default both. Answers are checked as a whole: they do not stream any more. */
  readonly on?: readonly ("request" | "response")[];
  readonly check: string | ((input: CheckInput) => Verdict | Promise<Verdict>);
  /** What happens when the check itself fails. Default `block`. */
  readonly ifDown?: "block" | "pass";
}
interface Noted {
  readonly id: string;
  readonly side: CheckInput["side"];
  readonly action: "flag" | "block";
  readonly categories: readonly string[];
}
/**
 * A dynamic route: elements that lead to each other, from `start` to models. Source: `platform.md` 4.3.
 *
 * @example
 * ```ts
 * const route: Route = {
 *   elements: [
 *     { id: "start", type: "start", outputs: { next: { elementId: "plan" } } },
 *     {
 *       id: "plan",
 *       type: "conditional",
 *       properties: { condition: { "metadata.plan": "pro" } },
 *       outputs: { true: { elementId: "large" }, false: { elementId: "small" } },
 *     },
 *     {
 *       id: "large",
 *       type: "model",
 *       properties: { provider: "anthropic", model: "claude-sonnet-5" },
 *       outputs: { fallback: { elementId: "small" } },
 *     },
 *     { id: "small", type: "model", properties: { provider: "openai", model: "gpt-5-mini" } },
 *   ],
 * };
 * ```
 */
interface Route {
  readonly elements: readonly RouteElement[];
}
type Outputs = Readonly<Record<string, {
  readonly elementId: string;
}>>;
type RouteElement = {
  readonly id: string;
  readonly type: "start" | "end";
  readonly outputs?: Outputs;
} | {
  readonly id: string;
  readonly type: "conditional";
  readonly properties: {
    readonly condition: unknown;
  };
  readonly outputs: Outputs;
} | {
  readonly id: string;
  readonly type: "percentage";
  /** Such as `"10%"`, and `else`. */
  readonly outputs: Outputs;
} | {
  readonly id: string;
  readonly type: "rate_limit";
  readonly properties: {
    readonly limitType: "count" | "cost";
    /** What is counted apart, such as `metadata.user`; absent: everything together. */
    readonly key?: string;
    readonly limit: number;
    /** In seconds. */
    readonly interval: number;
    readonly technique?: "fixed" | "sliding";
  };
  readonly outputs: Outputs;
} | ModelElement;
interface ModelElement {
  readonly id: string;
  readonly type: "model";
  readonly properties: {
    readonly provider: string;
    readonly model: string;
    /** In ms. */
    readonly timeout?: number;
    readonly retries?: number;
  };
  readonly outputs?: Outputs;
}
type Backoff = "constant" | "linear" | "exponential";
/** What a million tokens cost, in any one currency. */
interface Price {
  readonly input: number;
  readonly output: number;
}
/** How much may be spent in a time. */
interface Budget {
  /** Whom it counts for: everybody together, each gateway key, or each value of a metadata entry. */
  readonly per?: "gateway" | "key" | `metadata.${string}`;
  /** Length of the window in seconds; windows begin at multiples of it since 1970, in UTC. */
  readonly interval: number;
  readonly tokens?: number;
  /** In the currency of the prices. */
  readonly cost?: number;
}
/** Settings of one gateway; what is absent is off. */
interface GatewaySettings {
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
interface DlpPolicy {
  readonly id: string;
  /** `secrets` is built in: keys, tokens and private keys of well-known forms. */
  readonly profiles: readonly ("secrets" | DlpProfile)[];
  readonly action: "FLAG" | "BLOCK";
  /** Default both. */
  readonly check?: readonly ("REQUEST" | "RESPONSE")[];
}
interface DlpProfile {
  readonly id: string;
  /** Regular expressions by entry. They run on texts of others: keep them linear. */
  readonly entries: Readonly<Record<string, RegExp>>;
}
/** A provider of the user's, or another address for a known one. */
interface ProviderSettings {
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
interface GatewaysSettings {
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
/** Reads a secret or environment variable by its name; `undefined` when there is none. */
type SecretOf = (name: string) => string | undefined;
/** Who asks. */
interface Caller {
  /** Whether stored keys may be used for it. */
  readonly isTrusted: boolean;
  /** What a budget for each key goes by: never the key itself. */
  readonly key: string;
}
/** A request to a provider, ready to be sent. */
interface Outgoing {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}
/** An answer whose head has come. */
interface Incoming {
  readonly status: number;
  readonly headers: Headers;
  /** Whoever takes an answer reads its body or destroys it. */
  readonly body: Readable;
}
/** Sends requests to providers; another implementation answers for the host's own models. */
interface Upstream {
  /**
   * Resolves with the head of an answer. Rejects when there is none: no connection, or `signal` was
   * aborted. Aborting later ends the body.
   */
  send(outgoing: Outgoing, signal: AbortSignal): Promise<Incoming>;
  close(): void;
}
/** A request as it came, without what is the connection's. */
interface GatewayRequest {
  readonly method: string;
  /** Behind the gateway's id, without a slash in front, a query included: `openai/chat/completions`. */
  readonly path: string;
  /** Names in small letters. */
  readonly headers: Headers;
  readonly body: Uint8Array;
}
/** A budget for somebody, at a time. */
interface Account {
  readonly budget: Budget;
  /** Whose it is, as it is stored. */
  readonly scope: string;
  /** Beginning of the window, in seconds since 1970. */
  readonly window: number;
}
interface Spent {
  readonly tokens: number;
  readonly cost: number;
}
type Side = "REQUEST" | "RESPONSE";
/** What was found where. Source: the header `cf-aig-dlp`, `platform.md` 4.3. */
interface Findings {
  readonly findings: readonly {
    readonly profile: {
      readonly profile_id: string;
      readonly entry_ids: readonly string[];
    };
    readonly policy_ids: readonly string[];
    readonly check: Side;
  }[];
  readonly action: "FLAG" | "BLOCK";
}
/** What is known of one request afterwards. Source: `AiGatewayLog`, `platform.md` 4.4. */
interface LogEntry {
  readonly id: string;
  readonly gateway: string;
  readonly provider: string;
  readonly model: string;
  readonly path: string;
  /** To the end of the answer, in ms. */
  readonly duration: number;
  readonly requestContentType: string;
  readonly responseContentType: string;
  readonly statusCode: number;
  readonly success: boolean;
  readonly cached: boolean;
  readonly tokensIn?: number;
  readonly tokensOut?: number;
  readonly cost?: number;
  readonly customCost: boolean;
  readonly metadata: Readonly<Record<string, Scalar>>;
  readonly step: number;
  readonly attempts: number;
  readonly requestSize: number;
  readonly responseSize: number;
  /** Absent where payloads are not collected; secrets are taken out. */
  readonly request?: string;
  readonly response?: string;
  readonly requestComplete: boolean;
  readonly responseComplete: boolean;
  readonly eventId?: string;
  readonly notes: readonly Noted[];
  readonly dlp?: Findings;
  /** What somebody said of it later. */
  readonly feedback?: -1 | 1 | null;
  readonly score?: number | null;
  /** In ms since 1970. */
  readonly createdAt: number;
}
/** What a log can be changed in afterwards. */
interface LogPatch {
  readonly feedback?: -1 | 1 | null;
  readonly score?: number | null;
  readonly metadata?: Readonly<Record<string, Scalar>> | null;
}
/** An answer that is kept. */
interface KeptAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}
/**
 * What gateways remember: logs, answers, what was spent. Losing the last moments of it in a power cut is
 * bearable, so nothing here waits for the disk; a process that is killed loses nothing.
 */
declare class GatewayStore {
  #private;
  /**
   * @param path of the file, whose folder is made; `:memory:` keeps nothing
   * @param mostBytes what kept answers may come to together
   */
  constructor(path: string, mostBytes?: number);
  /** Answers may end after the host has closed: what they leave then is not written, here and below. */
  addLog(entry: LogEntry, settings?: NonNullable<GatewaySettings["logs"]>): void;
  countLogs(gateway: string): number;
  log(gateway: string, id: string): LogEntry | undefined;
  /** The newest first. */
  logs(gateway: string, limit: number): LogEntry[];
  /** @returns whether there is such a log */
  patchLog(gateway: string, id: string, { metadata, ...patch }: LogPatch): boolean;
  /** What was kept and is not too old at `now`, in ms since 1970. */
  answer(gateway: string, key: string, now: number): KeptAnswer | undefined;
  /** @param ttl in seconds */
  keep(gateway: string, key: string, { headers, body }: KeptAnswer, now: number, ttl: number): void;
  spent(gateway: string, { scope, window }: Account): Spent;
  spend(gateway: string, accounts: readonly Account[], { tokens, cost }: Spent): void;
  /** Forgets everything. */
  erase(): void;
  close(): void;
}
/** An answer; its body is read to its end or destroyed. */
interface GatewayAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readable;
}
interface ServerOptions {
  readonly hostname: string;
  readonly port: number;
  readonly account: string;
  /** Whether knowing the account's name shows that a request may use stored keys. */
  readonly isTrusted: boolean;
  readonly handle: (id: string, request: GatewayRequest, isTrusted: boolean, signal: AbortSignal) => Promise<GatewayAnswer>;
  /** How far somebody is trusted; `undefined` who may not come in. */
  readonly admit: (id: string, headers: Headers, isTrusted: boolean) => Caller | undefined;
  readonly log: Logger;
}
/** The gateways' own port. */
declare class GatewayServer {
  #private;
  private constructor();
  static start(options: ServerOptions): Promise<GatewayServer>;
  get url(): string;
  /** Keeps the process alive, as a server by itself does. */
  ref(): this;
  close(): Promise<void>;
}
interface GatewaysOptions {
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
  readonly own?: (outgoing: Outgoing, signal: AbortSignal, http: Upstream["send"]) => Promise<Incoming>;
}
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
declare class Gateways {
  #private;
  readonly store: GatewayStore;
  /** @throws FreeholdError `AI_CONFIG_INVALID` */
  constructor(options: GatewaysOptions);
  /** Whether `id` can be a gateway's. */
  static isId(id: string): boolean;
  /** Whether a provider is known here, and a key is stored for it. */
  hasKeyFor(provider: string): boolean;
  /**
   * Takes a request through a gateway, without a network.
   *
   * @param isTrusted whether it may use stored keys: one of the Worker's own may
   */
  handle(id: string, request: GatewayRequest, isTrusted: boolean, signal: AbortSignal): Promise<GatewayAnswer>;
  /**
   * The URL that clients are pointed at: of a provider, of `compat`, or of the universal endpoint when
   * neither is named. Starts to listen when nothing does.
   *
   * @throws FreeholdError `AI_GATEWAY_CLOSED`
   */
  url(id: string, provider?: string): Promise<string>;
  /** Listens where the settings say, or on some port of this machine. */
  listen(): Promise<GatewayServer>;
  /** Forgets all logs, kept answers, spent budgets and counted requests. */
  erase(): void;
  close(): Promise<void>;
}
/** How a request is sent through a gateway. Source: `platform.md` 4.4. */
interface GatewayOptions {
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
interface UniversalRequest {
  readonly provider: string;
  readonly endpoint: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly query?: unknown;
}
/** A log as programs see it. */
type GatewayLog = Readonly<Record<string, unknown>> & {
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
declare class GatewayBinding {
  #private;
  /** @param noteLog hears of the id of each request's log */
  constructor(id: string, gateways: Gateways, outside: Outside, noteLog: (id: string) => void);
  getUrl(provider?: string): Promise<string>;
  /** @throws an `Error` whose `name` is `AiGatewayLogNotFound` */
  getLog(id: string): Promise<GatewayLog>;
  /**
   * @throws an `Error` whose `name` is `AiGatewayLogNotFound`, or `AiGatewayInternalError` for values
   *   that no log has
   */
  patchLog(id: string, patch: LogPatch): Promise<void>;
  /** Sends to a provider, or to the first of several that answers. */
  run(request: UniversalRequest | readonly UniversalRequest[], options?: {
    readonly gateway?: GatewayOptions;
    readonly extraHeaders?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal;
  }): Promise<Response>;
}
/** A document. */
interface MarkdownFile {
  readonly name: string;
  readonly blob: Blob;
}
type ConversionResult = {
  readonly id: string;
  readonly name: string;
  readonly mimeType: string;
  readonly format: "markdown" | "text";
  /** A guess: four characters are a token. */
  readonly tokens: number;
  readonly data: string;
} | {
  readonly id: string;
  readonly name: string;
  readonly mimeType: string;
  readonly format: "error";
  readonly error: string;
};
/** What can be converted. */
declare const SUPPORTED: readonly [{
  readonly extension: ".pdf";
  readonly mimeType: "application/pdf";
}, {
  readonly extension: ".html";
  readonly mimeType: "text/html";
}, {
  readonly extension: ".htm";
  readonly mimeType: "text/html";
}, {
  readonly extension: ".docx";
  readonly mimeType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
}, {
  readonly extension: ".csv";
  readonly mimeType: "text/csv";
}, {
  readonly extension: ".json";
  readonly mimeType: "application/json";
}, {
  readonly extension: ".xml";
  readonly mimeType: "application/xml";
}, {
  readonly extension: ".txt";
  readonly mimeType: "text/plain";
}, {
  readonly extension: ".md";
  readonly mimeType: "text/markdown";
}, {
  readonly extension: ".jpg";
  readonly mimeType: "image/jpeg";
}, {
  readonly extension: ".jpeg";
  readonly mimeType: "image/jpeg";
}, {
  readonly extension: ".png";
  readonly mimeType: "image/png";
}, {
  readonly extension: ".webp";
  readonly mimeType: "image/webp";
}];
/** A tool that a model may call. */
interface ChatTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}
interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: unknown;
}
/** A picture in a message: bytes in base64, or an address. */
interface Picture {
  readonly data: string;
  readonly mediaType: string | undefined;
}
type ChatMessage = {
  readonly role: "system";
  readonly text: string;
} | {
  readonly role: "user";
  readonly text: string;
  readonly pictures: readonly Picture[];
} | {
  readonly role: "assistant";
  readonly text: string;
  readonly calls: readonly ToolCall[];
} | {
  readonly role: "tool";
  readonly text: string;
  readonly callId: string;
  readonly name: string;
};
/** A chat as models of every kind take it. */
interface ChatInput {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ChatTool[];
  readonly toolChoice: "auto" | "none" | "required" | {
    readonly name: string;
  };
  readonly isStream: boolean;
  /** A schema, `true` for any JSON, `undefined` for text. */
  readonly json: Readonly<Record<string, unknown>> | true | undefined;
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly topK: number | undefined;
  readonly seed: number | undefined;
  readonly frequencyPenalty: number | undefined;
  readonly presencePenalty: number | undefined;
  readonly stop: readonly string[];
  readonly reasoningEffort: string | undefined;
}
/** A part of what a model says, as it says it. */
type ChatPart = {
  readonly kind: "text";
  readonly text: string;
} | {
  readonly kind: "reasoning";
  readonly text: string;
} | {
  readonly kind: "call";
  readonly call: ToolCall;
} | {
  readonly kind: "end";
  readonly finish: Finish;
  readonly usage: Usage;
};
type Finish = "stop" | "length" | "tool_calls" | "content_filter";
interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}
/** In whose form an answer is given: the service's own, or OpenAI's. */
type Shape = "native" | "openai";
/**
 * Models that run in this process. Each is loaded once, when it is first used; what is asked while it
 * works waits its turn, or until its signal aborts.
 */
interface LocalRunner {
  chat(name: string, input: ChatInput, signal: AbortSignal | undefined): AsyncIterable<ChatPart>;
  embed(name: string, texts: readonly string[], signal?: AbortSignal): Promise<readonly (readonly number[])[]>;
  /** @param audio as a file has it */
  transcribe(name: string, audio: Uint8Array, signal?: AbortSignal): Promise<string>;
  /** A WAV file. */
  speak(name: string, text: string, signal?: AbortSignal): Promise<Uint8Array>;
  describe(name: string, picture: Uint8Array, signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
}
/** What a model answered, whatever it is. */
type RunResult = {
  readonly kind: "json";
  readonly value: object;
} | {
  readonly kind: "events";
  /** Server-sent events, each whole. */
  readonly events: AsyncIterable<string>;
  /** Ends the model's work: nobody reads on. */
  readonly cancel: () => void;
} | {
  readonly kind: "bytes";
  readonly mediaType: string;
  readonly bytes: Uint8Array;
};
/** A provider of models: one that the AI SDK has, or any endpoint that speaks as OpenAI does. */
interface ModelProvider {
  readonly type: "openai" | "anthropic" | "google" | "openai-compatible";
  /** Needed for `openai-compatible`. */
  readonly baseUrl?: string;
  /** Name of the secret or environment variable that holds the key. */
  readonly secret?: string;
}
/** Models that run in this process. */
interface LocalModels {
  /** GGUF files by name, for `node-llama-cpp`: `{ small: "./models/small.gguf" }`. */
  readonly llama?: Readonly<Record<string, string>>;
  /**
   * Folders with a model in the form of `@huggingface/transformers`, by name and what it does:
   * `{ minilm: { task: "embedding", path: "./models/minilm" } }`.
   */
  readonly transformers?: Readonly<Record<string, TransformersModel>>;
  /** Memory that models may take together, in MiB. The one unused for longest is unloaded. */
  readonly memoryMib?: number;
}
interface TransformersModel {
  readonly task: "embedding" | "transcription" | "speech" | "vision";
  readonly path: string;
  /** Default `fp32`; whatever the folder has. */
  readonly dtype?: string;
}
/** Which models `env.AI` has. */
interface ModelSettings {
  /**
   * What names stand for: `{ "@cf/meta/llama-3.1-8b-instruct": "openai/gpt-5.4-mini" }`. `*` at the end
   * stands for any rest; the longest name that fits counts. A value is `<provider>/<model>`,
   * `llama/<name>`, `transformers/<name>` or `offline`.
   */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly providers?: Readonly<Record<string, ModelProvider>>;
  readonly local?: LocalModels;
}
interface ModelsOptions {
  readonly settings: ModelSettings;
  readonly secretOf: SecretOf;
  readonly clock: Clock;
  readonly random: Random;
  /** Makes the runner of local models, when one is first used. */
  readonly local?: () => Promise<LocalRunner>;
}
type Inputs$1 = Readonly<Record<string, unknown>>;
/** A model as `models()` lists it. */
interface ListedModel {
  readonly id: string;
  readonly source: number;
  readonly name: string;
  readonly description: string;
  readonly task: {
    readonly id: string;
    readonly name: string;
    readonly description: string;
  };
  readonly tags: readonly string[];
  readonly properties: readonly {
    readonly property_id: string;
    readonly value: string;
  }[];
}
/**
 * The models of a host: names of the service, of providers and of local files, each done by whatever the
 * settings and the environment have for it.
 *
 * @example
 * ```ts
 * const models = new Models({ settings: {}, secretOf: (name) => process.env[name], clock, random });
 * await models.run("@cf/baai/bge-small-en-v1.5", { text: ["bees", "wasps"] });
 * ```
 */
declare class Models {
  #private;
  /** @throws FreeholdError `AI_CONFIG_INVALID` */
  constructor(options: ModelsOptions);
  /**
   * Has a model work.
   *
   * @param shape in whose form a chat is answered. Default: the service's own for its own names
   * @throws InferenceUpstreamError, AiInternalError
   */
  run(model: string, inputs: Inputs$1, { signal, shape }?: {
    readonly signal?: AbortSignal;
    readonly shape?: Shape;
  }): Promise<RunResult>;
  /**
   * A request that a provider takes as it is, where a model is called by its author's name.
   *
   * @param headers names in small letters
   */
  asItIs(model: string, inputs: Inputs$1, headers: Headers): Outgoing | undefined;
  /** Whether nothing is configured for a name that is nobody's here: a gateway may know its author. */
  isUnknown(model: string): boolean;
  /** Names that the settings know, and what each stands for. */
  list(search?: Inputs$1): ListedModel[];
  close(): Promise<void>;
}
/** Options of `run`. Source: `platform.md` 6.1. */
interface RunOptions {
  readonly gateway?: GatewayOptions;
  /** Answers a `Response`, whatever it is. */
  readonly returnRawResponse?: boolean;
  /** Takes several requests, and answers an id to ask for their results with. */
  readonly queueRequest?: boolean;
  readonly extraHeaders?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}
type Inputs = Readonly<Record<string, unknown>>;
/** Called by tests that erase all that is stored. */
declare const ERASE: unique symbol;
/**
 * `env.AI`.
 *
 * @example
 * ```ts
 * const { response } = await env.AI.run("@cf/meta/llama-3.1-8b-instruct", { prompt: "Hello" });
 * const { data } = await env.AI.run("@cf/baai/bge-small-en-v1.5", { text: ["bees", "wasps"] });
 * ```
 */
declare class Ai {
  #private;
  /** The log of the last request that went through a gateway. */
  aiGatewayLogId: string | null;
  lastRequestId: string | null;
  lastRequestHttpStatusCode: number | null;
  lastRequestInternalStatusCode: number | null;
  constructor(models: Models, gateways: () => Gateways, context: BindingContext);
  /**
   * Has a model work: an object, or a stream of bytes where the model streams or answers bytes.
   *
   * @throws InferenceUpstreamError, AiInternalError
   */
  run(model: string, inputs: Inputs, options?: RunOptions): Promise<object | ReadableStream<Uint8Array> | Response>;
  /** Forgets what gateways have kept, logged and counted. */
  [ERASE](): void;
  /** The models that the settings name. `search` and `task` narrow them down. */
  models(params?: Inputs): Promise<ListedModel[]>;
  /** A gateway, which every id has. */
  gateway(id: string): GatewayBinding;
  /** Documents as Markdown: HTML, PDF, Word, CSV, JSON, XML and plain text; pictures are described. */
  toMarkdown(): {
    transform: Ai["toMarkdown"];
    supported: () => Promise<typeof SUPPORTED>;
  };
  toMarkdown(files: MarkdownFile, options?: Inputs): Promise<ConversionResult>;
  toMarkdown(files: readonly MarkdownFile[], options?: Inputs): Promise<ConversionResult[]>;
}
/** Models and gateways of a project. */
interface AiSettings {
  readonly models?: ModelSettings;
  readonly gateway?: GatewaysSettings;
  /** Reads a secret or an environment variable. */
  readonly secretOf: SecretOf;
}
/** The models and gateways of one host. */
interface HostedAi {
  readonly bindings: readonly Binding[];
}
/**
 * `env.AI` of a host.
 *
 * @param name the property of `env`
 * @example
 * ```ts
 * const ai = hostAi("AI", { secretOf: (name) => process.env[name] });
 * const host = await createHost({ ...options, bindings: ai.bindings });
 * ```
 */
declare function hostAi(name: string, settings: AiSettings): HostedAi;
/**
 * Models and the gateways in front of them; gateways are made when one is first used.
 *
 * @throws FreeholdError `AI_CONFIG_INVALID`
 */
declare function openAi({ clock, random, log, dataDirectory }: Pick<BindingContext, "clock" | "dataDirectory" | "log" | "random">, { models: modelSettings, gateway, secretOf }: AiSettings, onGateways?: (gateways: Gateways) => void): {
  readonly models: Models;
  readonly gateways: () => Gateways;
};
/**
 * An embedding without a model: features of a text, hashed into a fixed number of places.
 *
 * Words, their stems, pairs of words and pieces of words (three to five letters, so that forms and misspellings of a
 * word share most of theirs) each add to a place that a hash chooses, with a sign that it chooses as
 * well; frequent words count less. Texts that share words and parts of words come out alike; texts that
 * say the same in other words do not: it knows no meanings.
 *
 * @module
 */
/**
 * The embedding of a text: `dimensions` numbers, of length 1; all 0 for a text without words.
 *
 * @example
 * ```ts
 * const [a, b] = ["The bees are dancing", "A bee dances"].map((text) => embedOffline(text, 384));
 * ```
 */
declare function embedOffline(text: string, dimensions: number): number[];
export {
  Ai,
  AiInternalError,
  type AiSettings,
  type Budget,
  type Check,
  type CheckInput,
  type DlpPolicy,
  type DlpProfile,
  embedOffline,
  type GatewayAnswer,
  Gateways,
  type GatewaySettings,
  type GatewaysOptions,
  type GatewaysSettings,
  hostAi,
  type HostedAi,
  InferenceUpstreamError,
  type ListedModel,
  type LocalModels,
  type LogEntry,
  type LogPatch,
  type ModelProvider,
  Models,
  type ModelSettings,
  type ModelsOptions,
  openAi,
  type Price,
  type ProviderSettings,
  type Route,
  type RouteElement,
  type RunOptions,
  type TransformersModel,
  type Verdict,
};