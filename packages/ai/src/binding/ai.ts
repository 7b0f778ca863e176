import type { BindingContext } from "@freehold/host";
import { AiCode, type AiCodeName, AiInternalError, InferenceUpstreamError } from "../ai-errors.ts";
import type { Gateways } from "../gateway/gateways.ts";
import { gatewayName } from "../gateway/providers.ts";
import {
  GatewayBinding,
  type GatewayOptions,
  lowered,
  optionHeaders,
  responseOf,
} from "../gateway/serve/binding.ts";
import { AnswerHeader } from "../gateway/wire.ts";
import {
  type ConversionResult,
  convertAll,
  type MarkdownFile,
  SUPPORTED,
} from "../markdown/convert.ts";
import type { ListedModel, Models } from "../models/models.ts";
import type { RunResult } from "../models/run-result.ts";
import { isObject } from "../tasks/chat-input.ts";
import { Batches } from "./batches.ts";

/** Options of `run`. Source: `platform.md` 6.1. */
export interface RunOptions {
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
const ERASE: unique symbol = Symbol.for("freehold.erase") as never;

/**
 * `env.AI`.
 *
 * @example
 * ```ts
 * const { response } = await env.AI.run("@cf/meta/llama-3.1-8b-instruct", { prompt: "Hello" });
 * const { data } = await env.AI.run("@cf/baai/bge-small-en-v1.5", { text: ["bees", "wasps"] });
 * ```
 */
export class Ai {
  /** The log of the last request that went through a gateway. */
  aiGatewayLogId: string | null = null;
  lastRequestId: string | null = null;
  lastRequestHttpStatusCode: number | null = null;
  lastRequestInternalStatusCode: number | null = null;
  readonly #models: Models;
  readonly #gateways: () => Gateways;
  readonly #context: BindingContext;
  readonly #batches: Batches;

  constructor(models: Models, gateways: () => Gateways, context: BindingContext) {
    this.#models = models;
    this.#gateways = gateways;
    this.#context = context;
    this.#batches = new Batches(context.clock, context.random);
  }

  /**
   * Has a model work: an object, or a stream of bytes where the model streams or answers bytes.
   *
   * @throws InferenceUpstreamError, AiInternalError
   */
  async run(
    model: string,
    inputs: Inputs,
    options: RunOptions = {},
  ): Promise<object | ReadableStream<Uint8Array> | Response> {
    if (typeof model !== "string" || !isObject(inputs)) {
      throw new AiInternalError("expected the name of a model and an object of inputs");
    }
    const streams = Object.values(inputs).filter(isStreamInput);
    if (streams.length > 1) throw new AiInternalError("Multiple ReadableStreams are not supported");
    if (streams.length === 1 && options.gateway !== undefined) {
      throw new AiInternalError("AI Gateway does not support ReadableStreams yet.");
    }
    const batch = this.#batch(model, inputs, options);
    if (batch !== undefined) return batch;
    options.signal?.throwIfAborted();
    this.lastRequestId = Buffer.from(this.#context.random.bytes(16)).toString("hex");
    try {
      const answer = await this.#context.outside(() =>
        options.gateway === undefined && !model.startsWith(ROUTE)
          ? this.#direct(model, inputs, options)
          : this.#throughGateway(model, inputs, options, options.gateway ?? {}),
      );
      this.lastRequestHttpStatusCode = 200;
      this.lastRequestInternalStatusCode = null;
      return answer;
    } catch (error) {
      const { status, code } = error instanceof InferenceUpstreamError ? error : NO_CODE;
      this.lastRequestHttpStatusCode = status;
      this.lastRequestInternalStatusCode = code;
      throw error;
    }
  }

  /** Forgets what gateways have kept, logged and counted. */
  [ERASE](): void {
    this.#gateways().erase();
  }

  /** The models that the settings name. `search` and `task` narrow them down. */
  async models(params: Inputs = {}): Promise<ListedModel[]> {
    return this.#models.list(params);
  }

  /** A gateway, which every id has. */
  gateway(id: string): GatewayBinding {
    const note = (logId: string) => {
      this.aiGatewayLogId = logId;
    };
    const outside = <T>(work: () => Promise<T>) => this.#context.outside(work);
    return new GatewayBinding(id, this.#gateways(), outside, note);
  }

  /** Documents as Markdown: HTML, PDF, Word, CSV, JSON, XML and plain text; pictures are described. */
  toMarkdown(): { transform: Ai["toMarkdown"]; supported: () => Promise<typeof SUPPORTED> };
  toMarkdown(files: MarkdownFile, options?: Inputs): Promise<ConversionResult>;
  toMarkdown(files: readonly MarkdownFile[], options?: Inputs): Promise<ConversionResult[]>;
  toMarkdown(files?: MarkdownFile | readonly MarkdownFile[], options?: Inputs): unknown {
    if (files === undefined) {
      return {
        transform: (given: MarkdownFile, how?: Inputs) => this.toMarkdown(given, how),
        supported: async () => SUPPORTED,
      };
    }
    const describe = async (image: Uint8Array) => {
      const result = await this.#models.run("@cf/llava-hf/llava-1.5-7b-hf", { image });
      const value = result.kind === "json" ? (result.value as { description?: string }) : {};
      return value.description ?? "";
    };
    const id = () => Buffer.from(this.#context.random.bytes(16)).toString("hex");
    return this.#context.outside(async () => {
      const list: readonly MarkdownFile[] = Array.isArray(files) ? files : [files as MarkdownFile];
      const converted = await convertAll(list, { describe, id, options: options ?? {} });
      return Array.isArray(files) ? converted : converted[0];
    });
  }

  #batch(model: string, inputs: Inputs, options: RunOptions): object | undefined {
    if (typeof inputs.request_id === "string") return this.#batches.result(inputs.request_id);
    if (options.queueRequest !== true || !Array.isArray(inputs.requests)) return undefined;
    const run = (one: unknown) =>
      this.run(model, isObject(one) ? one : {}, { ...options, queueRequest: false });
    return this.#batches.add(model, inputs.requests, run);
  }

  async #direct(model: string, inputs: Inputs, { signal, returnRawResponse }: RunOptions) {
    const result = await this.#models.run(model, inputs, { ...(signal && { signal }) });
    if (returnRawResponse === true) return responseFor(result);
    return result.kind === "json" ? result.value : bodyOf(result);
  }

  async #throughGateway(
    model: string,
    inputs: Inputs,
    { signal, extraHeaders, returnRawResponse }: RunOptions,
    gateway: GatewayOptions,
  ): Promise<object | ReadableStream<Uint8Array> | Response> {
    const elsewhere = this.#elsewhere(model);
    const request = {
      method: "POST",
      path: elsewhere === undefined ? `workers-ai/${model}` : "compat/chat/completions",
      headers: {
        "content-type": "application/json",
        ...optionHeaders(gateway),
        ...lowered(extraHeaders ?? {}),
      },
      body: Buffer.from(JSON.stringify({ ...inputs, ...(elsewhere && { model: elsewhere }) })),
    };
    const ended = signal ?? new AbortController().signal;
    const answer = await this.#gateways().handle(gateway.id ?? "default", request, true, ended);
    this.aiGatewayLogId = answer.headers[AnswerHeader.LOG_ID] ?? null;
    const response =
      elsewhere === undefined ? await unwrapped(responseOf(answer)) : responseOf(answer);
    if (returnRawResponse === true) return response;
    if (!response.ok) throw await refused(response);
    return isJson(response)
      ? ((await response.json()) as object)
      : (response.body ?? new ReadableStream<Uint8Array>());
  }

  /** The name for what the gateway itself finds: a route, or a model whose provider only it has a key for. */
  #elsewhere(model: string): string | undefined {
    if (model.startsWith(ROUTE)) return model;
    if (!this.#models.isUnknown(model)) return undefined;
    const name = gatewayName(model);
    return this.#gateways().hasKeyFor(name.slice(0, name.indexOf("/"))) ? name : undefined;
  }
}

/** A gateway's dynamic route, called as a model is. */
const ROUTE = "dynamic/";
const NO_CODE = { status: 500, code: null } as const;

function isStreamInput(value: unknown): boolean {
  return (
    value instanceof ReadableStream || (isObject(value) && value.body instanceof ReadableStream)
  );
}

function responseFor(result: RunResult): Response {
  if (result.kind === "json") return Response.json(result.value);
  const type = result.kind === "events" ? "text/event-stream" : result.mediaType;
  return new Response(bodyOf(result), { headers: { "content-type": type } });
}

function bodyOf(result: Exclude<RunResult, { kind: "json" }>): ReadableStream<Uint8Array> {
  if (result.kind === "bytes") return new Blob([Uint8Array.from(result.bytes)]).stream();
  const events = result.events[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await events.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: result.cancel,
  });
}

function isJson({ headers }: Response): boolean {
  return (headers.get("content-type") ?? "").startsWith("application/json");
}

/** A model of this host, as its program sees it: over HTTP the answer stands in an envelope. */
async function unwrapped(response: Response): Promise<Response> {
  if (!response.ok || !isJson(response)) return response;
  const { status } = response;
  const value = (await response.json()) as { readonly result?: unknown };
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(JSON.stringify(value.result ?? value), { status, headers });
}

/** A gateway's refusal, or a provider's. What a model of this host complained of keeps its code. */
async function refused(response: Response): Promise<InferenceUpstreamError> {
  const text = await response.text();
  const { code, message = text } = complaint(text);
  const [own] = Object.entries(AiCode).find(([, one]) => one.code === code) ?? [];
  if (own !== undefined) return new InferenceUpstreamError(own as AiCodeName, message);
  const { status } = response;
  const name =
    status === 429
      ? "NO_CAPACITY"
      : status === 504
        ? "TIMED_OUT"
        : status < 500
          ? "BAD_INPUT"
          : "UPSTREAM";
  return new InferenceUpstreamError(name, message);
}

function complaint(text: string): { readonly code?: unknown; readonly message?: string } {
  try {
    const { error, errors } = JSON.parse(text) as Record<string, unknown>;
    // Gateways and models list what is wrong; providers say one thing.
    const [first] = [errors ?? error].flat();
    return isObject(first) ? first : {};
  } catch {
    // The text itself says what is wrong.
    return {};
  }
}
