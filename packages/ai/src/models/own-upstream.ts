import { Readable } from "node:stream";
import { InferenceUpstreamError } from "../ai-errors.ts";
import { jsonOf } from "../gateway/send/plan.ts";
import type { Incoming, Outgoing, Upstream } from "../gateway/send/upstream.ts";
import { isObject } from "../tasks/chat-input.ts";
import type { Models } from "./models.ts";
import { json, type RunResult } from "./run-result.ts";

/**
 * The host's models as a provider behind a gateway: `/@cf/…` as the service's REST API answers, and
 * `/v1/chat/completions` and `/v1/embeddings` in OpenAI's form.
 */
export function ownUpstream(models: Models) {
  return async (
    { url, body, headers }: Outgoing,
    signal: AbortSignal,
    http: Upstream["send"],
  ): Promise<Incoming> => {
    const path = url.replace(/\?.*/s, "").replace(/^\/+(?:run\/|v1\/)?/, "");
    const inputs = jsonOf(body) ?? {};
    const model = decoded(path);
    const asItIs = models.asItIs(model, inputs, headers);
    if (asItIs !== undefined) return http(asItIs, signal);
    try {
      if (path === "chat/completions")
        return asHttp(await models.run(modelOf(inputs), inputs, { signal, shape: "openai" }));
      if (path === "embeddings")
        return asHttp(
          openaiEmbeddings(
            inputs,
            await models.run(modelOf(inputs), { text: inputs.input }, { signal }),
          ),
        );
      return asHttp(enveloped(await models.run(model, inputs, { signal })));
    } catch (error) {
      // Whoever gave up knows why: it is no answer.
      if (signal.aborted) throw signal.reason;
      return failed(error);
    }
  };
}

/** A name that is written wrongly is no model's, and is refused as such. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function modelOf({ model }: Readonly<Record<string, unknown>>): string {
  if (typeof model === "string" && model !== "") return model;
  throw new InferenceUpstreamError("BAD_INPUT", "expected a `model`");
}

function openaiEmbeddings(inputs: Readonly<Record<string, unknown>>, result: RunResult): RunResult {
  const value = result.kind === "json" && isObject(result.value) ? result.value : {};
  const data = Array.isArray(value.data) ? (value.data as (readonly number[])[]) : [];
  return {
    kind: "json",
    value: {
      object: "list",
      model: inputs.model,
      data: data.map((numbers: readonly number[], index) => ({
        ...{ object: "embedding", index },
        embedding: inputs.encoding_format === "base64" ? packed(numbers) : numbers,
      })),
      usage: { prompt_tokens: 0, total_tokens: 0 },
    },
  };
}

/** As most clients of OpenAI ask for them: 32 bits each, the lowest byte first. */
function packed(numbers: readonly number[]): string {
  const bytes = Buffer.alloc(numbers.length * 4);
  numbers.forEach((number, index) => {
    bytes.writeFloatLE(number, index * 4);
  });
  return bytes.toString("base64");
}

/** JSON of the service's own form stands in its `result`. Source: `platform.md` 6.4. */
function enveloped(result: RunResult): RunResult {
  if (result.kind !== "json") return result;
  return json({ result: result.value, success: true, errors: [], messages: [] });
}

function asHttp(result: RunResult): Incoming {
  switch (result.kind) {
    case "json":
      return answer(
        200,
        "application/json",
        Readable.from([Buffer.from(JSON.stringify(result.value))]),
      );
    case "bytes":
      return answer(200, result.mediaType, Readable.from([Buffer.from(result.bytes)]));
    case "events": {
      const body = Readable.from(encoded(result.events));
      body.once("close", result.cancel);
      return answer(200, "text/event-stream", body);
    }
  }
}

async function* encoded(events: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const event of events) yield Buffer.from(event);
}

function answer(status: number, type: string, body: Readable): Incoming {
  return { status, headers: { "content-type": type }, body };
}

function failed(error: unknown): Incoming {
  const { status, code, message } =
    error instanceof InferenceUpstreamError
      ? error
      : new InferenceUpstreamError(
          "BAD_INPUT",
          error instanceof Error ? error.message : String(error),
        );
  const text = message.replace(/^\d+: /, "");
  const body = { errors: [{ message: text, code }], success: false, result: {}, messages: [] };
  return answer(status, "application/json", Readable.from([Buffer.from(JSON.stringify(body))]));
}
