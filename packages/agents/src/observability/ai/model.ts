import { SpanKind } from "@opentelemetry/api";
import { systemClock } from "../../clock.ts";
import {
  finishAttributes,
  providerName,
  requestAttributes,
  responseAttributes,
  usageAttributes,
} from "./measures.ts";
import { inputMessages, outputMessages } from "./messages.ts";
import { INTEGRATION, type Operation, streaming } from "./operation.ts";
import { type Fields, fields, list, text } from "./read.ts";
import { type OpenSpan, openSpan } from "./span.ts";

type Generate = (call: { doGenerate(): Promise<Fields>; params: Fields }) => Promise<Fields>;
type Stream = (call: { doStream(): Promise<Fields>; params: Fields }) => Promise<Fields>;

/** The SDK's own helper, as far as it is used. */
export type WrapLanguageModel = (options: {
  model: object;
  middleware: { specificationVersion: unknown; wrapGenerate: Generate; wrapStream: Stream };
}) => object;

/** A model whose every call is a `chat` span below the operation's; other values as they are. */
export function tracedModel(
  model: unknown,
  wrap: WrapLanguageModel | undefined,
  operation: Operation,
): unknown {
  if (typeof model !== "object" || model === null || !wrap) return model;
  const { specificationVersion } = fields(model);
  return wrap({
    model,
    middleware: {
      specificationVersion,
      async wrapGenerate({ doGenerate, params }) {
        const span = openChat(model, params, "doGenerate", operation);
        try {
          const result = await span.run(doGenerate);
          answered(span, operation, {
            ...result,
            content: list(result.content),
          });
          span.end();
          return result;
        } catch (error) {
          span.fail(error);
          throw error;
        }
      },
      async wrapStream({ doStream, params }) {
        const span = openChat(model, params, "doStream", operation);
        const asked = systemClock.now();
        try {
          const result = await span.run(doStream);
          const stream = result.stream as ReadableStream<unknown>;
          const watch = watching(span, operation, asked, result.response);
          return { ...result, stream: stream.pipeThrough(new TransformStream(watch)) };
        } catch (error) {
          span.fail(error);
          throw error;
        }
      },
    },
  });
}

function openChat(model: object, params: Fields, name: string, operation: Operation): OpenSpan {
  const { provider, modelId } = fields(model);
  const { storeMessages } = operation.options;
  const format = text(fields(params.responseFormat).type);
  return openSpan(
    "chat",
    text(modelId),
    {
      ...INTEGRATION,
      ...requestAttributes(params),
      ...streaming(name === "doStream"),
      "gen_ai.operation.name": "chat",
      "cloudflare.agents.operation.name": name,
      "gen_ai.provider.name": providerName(provider),
      "gen_ai.request.model": text(modelId),
      "gen_ai.output.type": format ?? operation.outputType,
      "gen_ai.input.messages": storeMessages ? inputMessages(params.prompt) : undefined,
    },
    { parent: operation.span.context, kind: SpanKind.CLIENT },
  );
}

interface Answer {
  readonly content: readonly unknown[];
  readonly usage?: unknown;
  readonly finishReason?: unknown;
  readonly response?: unknown;
  readonly providerMetadata?: unknown;
}

function answered(span: OpenSpan, { options }: Operation, answer: Answer): void {
  const { content, usage, finishReason, response, providerMetadata } = answer;
  span.set({
    ...usageAttributes(usage),
    ...finishAttributes(finishReason),
    ...responseAttributes(response, providerMetadata),
    "cloudflare.agents.tool.count": content.filter((part) => fields(part).type === "tool-call")
      .length,
    "gen_ai.output.messages": options.storeMessages
      ? outputMessages(content, finishReason)
      : undefined,
  });
}

const CONTENT = /^(?:text|reasoning)-delta$|^tool-(?:input-start|call)$|^file$/;

/** Passes a model's stream on, and ends the span with it: at its end, its failure, or its reader's. */
function watching(
  span: OpenSpan,
  operation: Operation,
  asked: number,
  response: unknown,
): Transformer<unknown, unknown> {
  const content = new StreamedContent();
  let answer: Omit<Answer, "content"> = { response };
  let failure: { error: unknown } | undefined;
  let started = false;
  return {
    transform(chunk, controller) {
      controller.enqueue(chunk);
      const part = fields(chunk);
      const type = text(part.type) ?? "";
      if (!started && CONTENT.test(type)) {
        started = true;
        const seconds = (systemClock.now() - asked) / 1000;
        span.set({ "gen_ai.response.time_to_first_chunk": seconds });
      }
      if (type === "error") failure = { error: part.error };
      if (type === "finish") answer = { ...answer, ...part };
      if (type === "response-metadata") {
        answer = { ...answer, response: { ...fields(answer.response), ...part } };
      }
      content.add(part, type);
    },
    flush() {
      answered(span, operation, { ...answer, content: content.parts });
      if (failure) span.fail(failure.error);
      else span.end();
    },
    cancel() {
      answered(span, operation, { ...answer, content: content.parts });
      span.cancel();
    },
  };
}

/** The parts of an answer, put together of their pieces. */
class StreamedContent {
  readonly #open = new Map<string, { type: string; text: string }>();
  readonly #parts: unknown[] = [];

  get parts(): readonly unknown[] {
    return this.#parts;
  }

  add(part: Fields, type: string): void {
    if (type === "tool-call" || type === "tool-result" || type === "file") this.#parts.push(part);
    const kind = /^(text|reasoning)-delta$/.exec(type)?.[1];
    if (!kind) return;
    const key = `${kind}:${String(part.id)}`;
    let open = this.#open.get(key);
    if (!open) {
      open = { type: kind, text: "" };
      this.#open.set(key, open);
      this.#parts.push(open);
    }
    open.text += String(part.delta);
  }
}
