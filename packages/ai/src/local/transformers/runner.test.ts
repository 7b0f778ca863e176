import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { likeness } from "../../offline/features.ts";
import { libraryFile } from "../library.ts";
import { transformersProject } from "../testing/libraries.ts";
import { LocalKit } from "../testing/local-kit.ts";
import {
  LETTERS,
  writeEmbeddingModel,
  writeSpeechModel,
  writeTranscriptionModel,
  writeVisionModel,
} from "../testing/onnx.ts";
import { readWav, writeWav } from "./wav.ts";

const project = await transformersProject();
const PATIENCE = 120_000;
const RATE = 8000;
/** A picture of one red point. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

interface Embeddings {
  readonly shape: readonly number[];
  readonly data: readonly (readonly number[])[];
}

describe.skipIf(project === undefined)("models through @huggingface/transformers", () => {
  let kit: LocalKit;
  beforeAll(() => {
    kit = new LocalKit(project ?? "");
    const folder = (name: string) => join(kit.folder, name);
    writeEmbeddingModel(folder("embed"));
    writeSpeechModel(folder("tts"), RATE);
    writeTranscriptionModel(folder("whisper"), RATE);
    writeVisionModel(folder("uform"));
    kit.start(
      {
        transformers: {
          embed: { task: "embedding", path: folder("embed") },
          cats: { task: "speech", path: folder("tts") },
          whisper: { task: "transcription", path: folder("whisper") },
          uform: { task: "vision", path: folder("uform") },
          "embed-absent": { task: "embedding", path: folder("absent") },
          "embed-wrong": { task: "embedding", path: folder("embed"), dtype: "q8" },
        },
      },
      { "@cf/baai/*": "transformers/whisper" },
    );
  });
  afterAll(() => kit[Symbol.asyncDispose](), PATIENCE);
  beforeEach(() => {
    kit.said.length = 0;
  });

  it(
    "embeds: means over the tokens, as unit vectors, loaded once",
    async () => {
      const embed = (...text: string[]) => kit.json<Embeddings>("transformers/embed", { text });
      const [{ shape, data }, again] = await Promise.all([
        embed("Bees make honey", "honey bees make", "cats"),
        embed("cats"),
      ]);
      expect(shape).toEqual([3, 8]);
      for (const vector of data) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      // The table knows no order of words.
      expect(likeness(data[0] ?? [], data[1] ?? [])).toBeCloseTo(1, 5);
      expect(likeness(data[0] ?? [], data[2] ?? [])).toBeLessThan(0.99);
      expect(again.data[0]).toEqual(data[2]);
      expect(kit.said.filter((line) => line.startsWith("loaded"))).toEqual([
        "loaded the model transformers/embed",
      ]);
    },
    PATIENCE,
  );

  it(
    "speaks a WAV file",
    async () => {
      const result = await kit.models.run("transformers/cats", { text: "cats sleep" });
      if (result.kind !== "bytes") throw new Error("not a sound");
      expect(result.mediaType).toBe("audio/wav");
      const { samples, rate } = readWav(result.bytes);
      expect(rate).toBe(RATE);
      expect([...samples].map((sample) => Math.round(sample * 16))).toEqual([
        7, 7, 7, 7, 8, 8, 8, 8,
      ]);
    },
    PATIENCE,
  );

  it(
    "hears a WAV file",
    async () => {
      const heard = ["b", "b", "<pad>", "e", "s", "s"].flatMap((letter) =>
        LETTERS.map((one) => (one === letter ? 0.5 : -0.5)),
      );
      const audio = [...writeWav({ samples: Float32Array.from(heard), rate: RATE })];
      const answer = await kit.json<object>("transformers/whisper", { audio });
      expect(answer).toEqual({ text: "bes", word_count: 1 });
      await expect(
        kit.models.run("transformers/whisper", { audio: [1, 2, 3] }),
      ).rejects.toMatchObject({ code: 5006 });
    },
    PATIENCE,
  );

  it(
    "says what it sees",
    async () => {
      const answer = await kit.json<object>("transformers/uform", { image: PNG });
      expect(answer).toEqual({ description: "bees make honey" });
    },
    PATIENCE,
  );

  it(
    "lets the event loop turn while it calculates",
    async () => {
      await kit.json<Embeddings>("transformers/embed", { text: "bees" });
      const text = Array.from({ length: 1000 }, () => "bees make honey cats sleep ".repeat(6));
      let turns = 0;
      let isDone = false;
      const count = () => {
        turns += 1;
        if (!isDone) setImmediate(count);
      };
      setImmediate(count);
      const { shape } = await kit.json<Embeddings>("transformers/embed", { text });
      isDone = true;
      // On this thread, the library would let it turn a few times.
      expect(turns).toBeGreaterThan(100);
      expect(shape).toEqual([1000, 8]);
    },
    PATIENCE,
  );

  it(
    "says what is missing or wrong",
    async () => {
      const embed = (name: string) => kit.models.run(`transformers/${name}`, { text: "bees" });
      await expect(embed("embed-absent")).rejects.toMatchObject({
        cause: { code: "AI_MODEL_UNKNOWN" },
      });
      await expect(embed("embed-wrong")).rejects.toMatchObject({
        cause: { code: "AI_MODEL_FAILED" },
      });
      await expect(
        kit.models.run("@cf/baai/bge-small-en-v1.5", { text: "bees" }),
      ).rejects.toMatchObject({
        code: 5007,
        message: expect.stringContaining("is for transcription"),
      });
    },
    PATIENCE,
  );
});

it("says how to install a library that is missing", () => {
  expect(() => libraryFile("node-llama-cpp-absent", import.meta.dirname)).toThrow(
    expect.objectContaining({
      code: "AI_LIBRARY_MISSING",
      message: expect.stringContaining("npm install --ignore-scripts node-llama-cpp-absent"),
    }),
  );
});
