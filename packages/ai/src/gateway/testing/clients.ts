import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import Anthropic from "@anthropic-ai/sdk";
import { type BindingContext, systemClock, systemRandom } from "@freehold/host";
import { HumanMessage } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import { generateText, type LanguageModel, streamText, tool } from "ai";
import OpenAI from "openai";
import { createWorkersAI } from "workers-ai-provider";
import { openai as openaiPlugin } from "workers-ai-provider/openai";
import { z } from "zod";
import { Ai } from "../../binding/ai.ts";
import { Models } from "../../models/models.ts";
import { ownUpstream } from "../../models/own-upstream.ts";
import type { GatewayKit } from "./gateway-kit.ts";

/** A tool call as a client shows it. */
export interface Called {
  readonly name: string;
  readonly input: unknown;
}

/** How one published client asks. None tries anything twice by itself. */
export interface Client {
  say(prompt: string, signal?: AbortSignal): Promise<string>;
  /** The texts as they come. */
  stream(prompt: string, signal?: AbortSignal): AsyncIterable<string>;
  /** With a tool `weather` on offer. */
  call(prompt: string): Promise<Called>;
}

const OTHER = "groq/other";
const WEATHER = { type: "object", properties: { city: { type: "string" } } } as const;
const HELD = { description: "The weather", parameters: WEATHER };

/** Asks by `model`, which is a route's name where the gateway chooses. */
export type MakeClient = (kit: GatewayKit, model?: string) => Promise<Client>;

/** The official client of OpenAI, at `path` of the gateway. */
export function openaiClient(path: string, usual: string): MakeClient {
  return async (kit, model = usual) => {
    const client = new OpenAI({ apiKey: "mine", baseURL: await kit.url(path), maxRetries: 0 });
    const asked = (content: string) => ({
      model,
      messages: [{ role: "user" as const, content }],
    });
    return {
      say: async (prompt, signal) => {
        const { choices } = await client.chat.completions.create(asked(prompt), { signal });
        return choices[0]?.message.content ?? "";
      },
      stream: async function* (prompt, signal) {
        const body = { ...asked(prompt), stream: true as const };
        for await (const { choices } of await client.chat.completions.create(body, { signal })) {
          yield choices[0]?.delta.content ?? "";
        }
      },
      call: async (prompt) => {
        const tools = [{ type: "function" as const, function: { name: "weather", ...HELD } }];
        const { choices } = await client.chat.completions.create({ ...asked(prompt), tools });
        const call = choices[0]?.message.tool_calls?.[0];
        if (call?.type !== "function") throw new Error("no tool was called");
        return { name: call.function.name, input: JSON.parse(call.function.arguments) };
      },
    };
  };
}

/** The official client of Anthropic. */
export const anthropicClient: MakeClient = async (kit) => {
  const baseURL = await kit.url("anthropic");
  const client = new Anthropic({ apiKey: "mine", baseURL, maxRetries: 0 });
  const asked = (content: string) => ({
    ...{ model: "small", max_tokens: 50 },
    messages: [{ role: "user" as const, content }],
  });
  return {
    say: async (prompt, signal) => {
      const [block] = (await client.messages.create(asked(prompt), { signal })).content;
      return block?.type === "text" ? block.text : "";
    },
    stream: async function* (prompt, signal) {
      for await (const event of client.messages.stream(asked(prompt), { signal })) {
        if (event.type === "content_block_delta" && event.delta.type === "text_delta") {
          yield event.delta.text;
        }
      }
    },
    call: async (prompt) => {
      const tools = [{ name: "weather", description: "The weather", input_schema: WEATHER }];
      const { content } = await client.messages.create({ ...asked(prompt), tools });
      const block = content.find(({ type }) => type === "tool_use");
      if (block?.type !== "tool_use") throw new Error("no tool was called");
      return { name: block.name, input: block.input };
    },
  };
};

/** LangChain's model for OpenAI. */
export const langchainClient: MakeClient = async (kit, model = "openai/small") => {
  const configuration = { baseURL: await kit.url("compat") };
  const chat = new ChatOpenAI({ model, apiKey: "mine", maxRetries: 0, configuration });
  const messages = (prompt: string) => [new HumanMessage(prompt)];
  return {
    say: async (prompt, signal) => (await chat.invoke(messages(prompt), until(signal))).text,
    stream: async function* (prompt, signal) {
      for await (const { text } of await chat.stream(messages(prompt), until(signal))) yield text;
    },
    call: async (prompt) => {
      const held = chat.bindTools([{ type: "function", function: { name: "weather", ...HELD } }]);
      const call = (await held.invoke(messages(prompt))).tool_calls?.[0];
      return { name: call?.name ?? "", input: call?.args };
    },
  };
};

/** The AI SDK, over an endpoint that speaks as OpenAI does. */
export const aiSdkClient: MakeClient = async (kit, model = "openai/small") => {
  const baseURL = await kit.url("compat");
  return viaAiSdk(createOpenAICompatible({ name: "gateway", baseURL, apiKey: "mine" })(model));
};

/** The published provider over the binding, for the service's own models; its gateway is `kit`'s. */
export function workersAiClient(modelUrl: string): MakeClient {
  return async (kit, model = "@cf/meta/llama-3.1-8b-instruct") => {
    const binding = bindingOf(kit, modelUrl) as never;
    const gateway = { id: "default" };
    const workersai = createWorkersAI({ binding, gateway, providers: [openaiPlugin] });
    const fallback = { mode: "server" as const, models: [OTHER] };
    const settings = model.startsWith("openai/") ? { fallback } : {};
    return viaAiSdk(workersai(model as never, settings as never));
  };
}

/** Settings with which `workersAiClient` has models: all names of the service are the endpoint's `small`. */
export function ownModels(modelUrl: string) {
  return ownUpstream(modelsAt(modelUrl));
}

function modelsAt(modelUrl: string): Models {
  return new Models({
    settings: { aliases: { "@cf/*": "endpoint/small" } },
    secretOf: (name) => (name === "OPENAI_BASE_URL" ? modelUrl : undefined),
    clock: systemClock,
    random: systemRandom,
  });
}

/** `env.AI` over the gateways of a kit, with the models of {@link ownModels}. */
export function bindingOf(kit: GatewayKit, modelUrl: string): Ai {
  const outside = <T>(work: () => Promise<T>) => work();
  const context = { clock: systemClock, random: systemRandom, outside };
  return new Ai(modelsAt(modelUrl), () => kit.gateways, context as unknown as BindingContext);
}

function viaAiSdk(model: LanguageModel): Client {
  const asked = (prompt: string, signal?: AbortSignal) => ({
    ...{ model, prompt, maxRetries: 0 },
    ...(signal && { abortSignal: signal }),
  });
  return {
    say: async (prompt, signal) => (await generateText(asked(prompt, signal))).text,
    stream: async function* (prompt, signal) {
      let failure: unknown;
      const onError = ({ error }: { error: unknown }) => {
        failure = error;
      };
      yield* streamText({ ...asked(prompt, signal), onError }).textStream;
      if (failure !== undefined) throw failure;
    },
    call: async (prompt) => {
      const weather = tool({
        description: "The weather",
        inputSchema: z.object({ city: z.string() }),
        execute: async ({ city }) => `rain in ${city}`,
      });
      const { toolCalls } = await generateText({ ...asked(prompt), tools: { weather } });
      return { name: toolCalls[0]?.toolName ?? "", input: toolCalls[0]?.input };
    },
  };
}

function until(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
