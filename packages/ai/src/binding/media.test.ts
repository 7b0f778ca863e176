import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BindingContext, createLogger, systemClock, systemRandom } from "@freehold/host";
import { embedMany, generateImage, generateSpeech, rerank, transcribe } from "ai";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createWorkersAI } from "workers-ai-provider";
import {
  type ModelServer,
  startModelServer,
} from "../../../../scripts/testing/model-server/index.ts";
import type { Ai } from "./ai.ts";
import { type HostedAi, hostAi } from "./bindings.ts";

/** What is no chat, done by a provider: `run`, and the published provider for the AI SDK. */

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
const MP3 = Buffer.from("ID3 a sound");
const SEGMENT = {
  ...{ id: 0, seek: 0, start: 0, end: 1.5, text: "bees dance", tokens: [1], temperature: 0 },
  ...{ avg_logprob: -1, compression_ratio: 1, no_speech_prob: 0 },
};
const EMBEDDING = "@cf/baai/bge-small-en-v1.5";
const WHISPER = "@cf/openai/whisper";

interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Answers as OpenAI's interface for everything but chats does. */
function startMedia(asked: Asked[]): Server {
  return createServer(async (incoming, outgoing) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const one = { path: incoming.url ?? "", headers: incoming.headers, body: Buffer.concat(parts) };
    asked.push(one);
    const json = (value: object) => {
      outgoing.writeHead(200, { "content-type": "application/json" });
      outgoing.end(JSON.stringify(value));
    };
    switch (one.path) {
      case "/v1/embeddings": {
        const { input } = JSON.parse(one.body.toString()) as { input: string[] };
        // Texts are alike as their lengths are.
        const data = input.map(({ length }, index) => ({
          index,
          embedding: [length, 10 - length],
        }));
        return json({ object: "list", data, usage: { prompt_tokens: 1, total_tokens: 1 } });
      }
      case "/v1/audio/transcriptions":
        return json({ text: "bees dance", segments: [SEGMENT] });
      case "/v1/audio/speech":
        outgoing.writeHead(200, { "content-type": "audio/mpeg" });
        return outgoing.end(MP3);
      case "/v1/images/generations":
        return json({ created: 1, data: [{ b64_json: PNG }] });
      default:
        outgoing.writeHead(404).end();
    }
  });
}

let media: Server;
let model: ModelServer;
let folder: string;
let hosted: HostedAi;
let ai: Ai;
const asked: Asked[] = [];

beforeAll(async () => {
  media = startMedia(asked).listen(0, "127.0.0.1");
  await once(media, "listening");
});
afterAll(() => {
  media.closeAllConnections();
  media.close();
});
beforeEach(async () => {
  asked.length = 0;
  model = await startModelServer();
  folder = mkdtempSync(join(tmpdir(), "freehold-ai-"));
  const { port } = media.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  hosted = hostAi("AI", {
    secretOf: (name) => (name === "KEY" ? "mine" : undefined),
    models: {
      providers: {
        media: { type: "openai", baseUrl, secret: "KEY" },
        chat: { type: "openai", baseUrl: model.url, secret: "KEY" },
      },
      aliases: {
        "@cf/baai/*": "media/text-embedding-3-small",
        [WHISPER]: "media/whisper-1",
        "@cf/deepgram/nova-3": "media/whisper-1",
        "@cf/myshell-ai/melotts": "media/tts-1",
        "@cf/deepgram/aura-1": "media/tts-1",
        "@cf/black-forest-labs/flux-1-schnell": "media/gpt-image-1",
        "@cf/stabilityai/*": "media/gpt-image-1",
        "@cf/*": "chat/small",
      },
    },
  });
  ai = hosted.bindings[0]?.create({
    ...{ clock: systemClock, random: systemRandom, dataDirectory: folder },
    log: createLogger({ now: () => 0, level: "error" }),
    outside: <T>(work: () => Promise<T>) => work(),
  } as unknown as BindingContext) as Ai;
});
afterEach(async () => {
  await hosted.bindings[0]?.close?.();
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

const bytesOf = async (answer: unknown) =>
  Buffer.from(await new Response(answer as ReadableStream<Uint8Array>).arrayBuffer());

describe("embeddings", () => {
  it("of one text and of many, as long as the model's name promises", async () => {
    const data = [
      [4, 6],
      [5, 5],
    ];
    expect(await ai.run(EMBEDDING, { text: ["bees", "wasps"] })).toEqual({
      ...{ shape: [2, 2], data },
      pooling: "mean",
    });
    expect(await ai.run(EMBEDDING, { text: "bees" })).toMatchObject({ shape: [1, 2] });
    expect(JSON.parse(asked[0]?.body.toString() ?? "")).toMatchObject({
      ...{ model: "text-embedding-3-small", dimensions: 384 },
      input: ["bees", "wasps"],
    });
    expect(asked[0]?.headers.authorization).toBe("Bearer mine");
    for (const text of [[], 5, ["a", 5]]) {
      await expect(ai.run(EMBEDDING, { text })).rejects.toThrow(/^5006: /);
    }
  });

  it("rank, by a ranking model and by one that embeds", async () => {
    const contexts = [{ text: "aaaaaaaaa" }, { text: "bee" }];
    const ranked = { response: [{ id: 1 }, { id: 0 }] };
    for (const name of ["@cf/baai/bge-reranker-base", "@cf/baai/bge-m3"]) {
      expect(await ai.run(name, { query: "fly", contexts })).toMatchObject(ranked);
    }
    const one = await ai.run("@cf/baai/bge-m3", { query: "fly", contexts, top_k: 1 });
    expect(one).toMatchObject({ response: [{ id: 1 }] });
    await expect(ai.run("@cf/baai/bge-reranker-base", { contexts })).rejects.toThrow(/^5006: /);
  });
});

describe("sounds", () => {
  const sound = Buffer.from("RIFF    WAVEfmt ");
  const stream = () => new Blob([sound]).stream();

  it.each<[string, () => unknown]>([
    ["an array of numbers", () => [...sound]],
    ["bytes", () => Uint8Array.from(sound)],
    ["a buffer", () => Uint8Array.from(sound).buffer],
    ["base64", () => sound.toString("base64")],
    ["a data URL", () => `data:audio/wav;base64,${sound.toString("base64")}`],
    ["a stream", () => ({ body: stream(), contentType: "audio/wav" })],
  ])("are heard, given as %s", async (_, audio) => {
    expect(await ai.run(WHISPER, { audio: audio() })).toMatchObject({
      ...{ text: "bees dance", word_count: 2 },
      segments: [{ start: 0, end: 1.5, text: "bees dance" }],
    });
    expect(asked[0]?.body.includes(sound)).toBe(true);
  });

  it("given as streams keep the service's rules", async () => {
    const typed = () => ({ body: stream(), contentType: "audio/wav" });
    const refused = (inputs: Record<string, unknown>, options = {}) =>
      expect(ai.run(WHISPER, inputs, options)).rejects;
    await refused({ audio: typed(), image: typed() }).toThrow(
      "Multiple ReadableStreams are not supported",
    );
    await refused({ audio: { body: stream() } }).toThrow("Content-Type is required");
    await refused({ audio: typed() }, { gateway: { id: "default" } }).toThrow(
      "AI Gateway does not support ReadableStreams yet.",
    );
    await refused({ audio: typed() }, { gateway: { id: "default" } }).toMatchObject({
      name: "AiInternalError",
    });
  });

  it("are spoken: bytes, or base64 from the models of the service that answer so", async () => {
    expect(await bytesOf(await ai.run("@cf/deepgram/aura-1", { text: "bees" }))).toEqual(MP3);
    expect(await ai.run("@cf/myshell-ai/melotts", { prompt: "bees", lang: "en" })).toEqual({
      audio: MP3.toString("base64"),
    });
    const raw = await ai.run("@cf/deepgram/aura-1", { text: "a" }, { returnRawResponse: true });
    expect((raw as Response).headers.get("content-type")).toBe("audio/mpeg");
    expect(JSON.parse(asked[0]?.body.toString() ?? "")).toMatchObject({ input: "bees" });
  });
});

describe("pictures", () => {
  it("are drawn: bytes, or base64 from flux", async () => {
    const prompt = "a bee";
    expect(await ai.run("@cf/black-forest-labs/flux-1-schnell", { prompt })).toEqual({
      image: PNG,
    });
    const inputs = { prompt, width: 512, height: 256 };
    const drawn = await ai.run("@cf/stabilityai/stable-diffusion-xl-base-1.0", inputs);
    expect((await bytesOf(drawn)).toString("base64")).toBe(PNG);
    expect(JSON.parse(asked[1]?.body.toString() ?? "")).toMatchObject({ prompt, size: "512x256" });
  });

  it("are described", async () => {
    model.add("A red point.");
    const image = [...Buffer.from(PNG, "base64")];
    const llava = "@cf/llava-hf/llava-1.5-7b-hf";
    expect(await ai.run(llava, { image, prompt: "What is it?" })).toEqual({
      description: "A red point.",
    });
    expect(model.requests[0]?.prompt).toBe("What is it?");
    expect(JSON.stringify(model.requests[0]?.body)).toContain(PNG);
  });

  it("become Markdown with other documents", async () => {
    model.add("A red point.");
    const picture = { name: "a.png", blob: new Blob([Buffer.from(PNG, "base64")]) };
    const text = { name: "a.md", blob: new Blob(["# Bees"], { type: "text/markdown" }) };
    expect(await ai.toMarkdown([picture, text])).toMatchObject([
      { name: "a.png", format: "markdown", data: "A red point." },
      { name: "a.md", mimeType: "text/markdown", data: "# Bees" },
    ]);
    expect(await ai.toMarkdown(text)).toMatchObject({ name: "a.md", data: "# Bees" });
    expect(await ai.toMarkdown().transform(text)).toMatchObject({ data: "# Bees" });
    const supported = await ai.toMarkdown().supported();
    expect(supported.map(({ extension }) => extension)).toEqual(
      expect.arrayContaining([".pdf", ".docx", ".html", ".csv", ".png"]),
    );
  });
});

describe("texts by asking a chat", () => {
  it("are translated, summarized and judged", async () => {
    model.add("Les abeilles dansent.", "Bees dance.", '{"positive":0.75}');
    const given = { text: "Bees dance.", source_lang: "en", target_lang: "fr" };
    expect(await ai.run("@cf/meta/m2m100-1.2b", given)).toEqual({
      translated_text: "Les abeilles dansent.",
    });
    expect(model.requests[0]).toMatchObject({
      ...{ prompt: "Bees dance.", system: expect.stringMatching(/from en to fr/) },
    });
    expect(await ai.run("@cf/facebook/bart-large-cnn", { input_text: "Long." })).toEqual({
      summary: "Bees dance.",
    });
    expect(await ai.run("@cf/huggingface/distilbert-sst-2-int8", { text: "Nice." })).toEqual([
      { label: "NEGATIVE", score: 0.25 },
      { label: "POSITIVE", score: 0.75 },
    ]);
  });
});

describe("the published provider for the AI SDK", () => {
  it("embeds, ranks, hears, speaks and draws", async () => {
    const workersai = createWorkersAI({ binding: ai as never });
    const embedding = workersai.textEmbedding(EMBEDDING as never);
    const { embeddings } = await embedMany({ model: embedding, values: ["bees", "wasps"] });
    expect(embeddings).toEqual([
      [4, 6],
      [5, 5],
    ]);
    const ranking = workersai.reranking("@cf/baai/bge-reranker-base" as never);
    const documents = ["aaaaaaaaa", "bee"];
    const ranked = await rerank({ model: ranking, query: "fly", documents });
    expect(ranked.ranking[0]?.originalIndex).toBe(1);
    const whisper = workersai.transcription(WHISPER as never);
    const audio = Buffer.from("RIFF    WAVEfmt ");
    expect((await transcribe({ model: whisper, audio })).text).toBe("bees dance");
    const aura = workersai.speech("@cf/deepgram/aura-1" as never);
    const spoken = await generateSpeech({ model: aura, text: "bees" });
    expect(Buffer.from(spoken.audio.uint8Array)).toEqual(MP3);
    const flux = workersai.image("@cf/black-forest-labs/flux-1-schnell" as never);
    const drawn = await generateImage({ model: flux, prompt: "a bee" });
    expect(drawn.image.base64).toBe(PNG);
  });
});
