import { availableParallelism } from "node:os";
import type { Clock, Logger, Random } from "@freehold/host";
import type { LocalRunner } from "../models/local.ts";
import type { LocalModels } from "../models/settings.ts";
import { LlamaRunner } from "./llama/runner.ts";
import { Shelf } from "./shelf.ts";
import { TransformersRunner } from "./transformers/runner.ts";

/** What the runners of local models work with. */
export interface LocalContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** The project's folder: paths start here, and libraries are looked for from here. */
  readonly project: string;
  /** Threads that a model calculates with. */
  readonly threads: number;
}

const MIB = 1024 * 1024;
const DEFAULT_MEMORY_MIB = 4096;

/**
 * Models that run in this process: GGUF files through `node-llama-cpp`, folders through
 * `@huggingface/transformers`, both from the project. They share the memory that the settings allow.
 *
 * @param context `project` is where the process runs, by default; `threads` all cores but one, by
 * default: that one is the event loop's, and llama.cpp waits by spinning, which a busy core punishes
 */
export function localRunner(
  settings: LocalModels,
  context: Omit<LocalContext, "project" | "threads"> & Partial<LocalContext>,
): LocalRunner {
  const whole: LocalContext = {
    project: process.cwd(),
    threads: Math.max(1, availableParallelism() - 1),
    ...context,
  };
  const shelf = new Shelf((settings.memoryMib ?? DEFAULT_MEMORY_MIB) * MIB);
  const llama = new LlamaRunner(settings.llama ?? {}, whole, shelf);
  const transformers = new TransformersRunner(settings.transformers ?? {}, whole, shelf);
  return {
    chat: (name, input, signal) => llama.chat(name, input, signal),
    embed: (name, texts, signal) => transformers.embed(name, texts, signal),
    transcribe: (name, audio, signal) => transformers.transcribe(name, audio, signal),
    speak: (name, text, signal) => transformers.speak(name, text, signal),
    describe: (name, picture, signal) => transformers.describe(name, picture, signal),
    close: async () => {
      await shelf.close();
      await llama.close();
    },
  };
}
