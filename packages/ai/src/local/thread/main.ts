/**
 * The thread of one model of `@huggingface/transformers`: the library calculates on the thread that
 * calls it, so it must not be the event loop's.
 *
 * @module
 */

import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { resampled } from "../transformers/wav.ts";
import type { Pipeline, TransformersLibrary } from "./library.ts";
import type { Call, Message, Question, SpokenResult, ThreadStart } from "./protocol.ts";

const PIPELINES: Readonly<Record<ThreadStart["task"], string>> = {
  embedding: "feature-extraction",
  transcription: "automatic-speech-recognition",
  speech: "text-to-audio",
  vision: "image-to-text",
};
/** What Whisper hears at a time, in seconds, and how much of it twice. */
const LONG = { chunk_length_s: 30, stride_length_s: 5 };
const USUAL_RATE = 16_000;

const port = parentPort;
if (port === null) throw new Error("This module is the start of a thread.");
const say = (message: Message) => port.postMessage(message);

const { library: file, path, task, dtype, threads } = workerData as ThreadStart;
const loaded = load();
loaded.then(
  () => say({ kind: "ready" }),
  (error: unknown) => say({ kind: "failed", message: messageOf(error) }),
);
port.on("message", ({ id, question }: Call) => {
  loaded
    .then(({ library, pipeline }) => answer(library, pipeline, question))
    .then(
      (result) => say({ kind: "result", id, result }),
      (error: unknown) => say({ kind: "error", id, message: messageOf(error) }),
    );
});

async function load() {
  const module = (await import(pathToFileURL(file).href)) as { default?: TransformersLibrary };
  const library = module.default ?? (module as TransformersLibrary);
  const { env } = library;
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.useFSCache = false;
  env.localModelPath = dirname(path);
  env.fetch = () => Promise.reject(new Error("models in this process are never downloaded"));
  const pipeline = await library.pipeline(PIPELINES[task], basename(path), {
    ...{ dtype, device: "cpu", local_files_only: true },
    session_options: { intraOpNumThreads: threads },
    progress_callback: ({ status, progress }) => {
      if (status === "progress_total" && progress !== undefined) {
        say({ kind: "progress", share: progress / 100 });
      }
    },
  });
  return { library, pipeline };
}

async function answer(
  library: TransformersLibrary,
  pipeline: Pipeline,
  question: Question,
): Promise<unknown> {
  switch (question.task) {
    case "embedding": {
      const tensor = await pipeline(question.texts, { pooling: "mean", normalize: true });
      return (tensor as { tolist(): number[][] }).tolist();
    }
    case "transcription": {
      const rate = pipeline.processor?.feature_extractor?.config?.sampling_rate ?? USUAL_RATE;
      const samples = resampled(question, rate);
      const isLong = samples.length > rate * LONG.chunk_length_s;
      return ((await pipeline(samples, isLong ? LONG : {})) as { text: string }).text;
    }
    case "speech": {
      const { audio, sampling_rate: rate } = (await pipeline(question.text)) as {
        audio: Float32Array;
        sampling_rate: number;
      };
      return { samples: audio, rate } satisfies SpokenResult;
    }
    case "vision": {
      const picture = await library.RawImage.fromBlob(new Blob([Buffer.from(question.picture)]));
      const [first] = (await pipeline(picture)) as { generated_text: string }[];
      return first?.generated_text ?? "";
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
