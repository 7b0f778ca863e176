import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, systemClock, systemRandom } from "@freehold/host";
import { Models } from "../../models/models.ts";
import type { LocalModels } from "../../models/settings.ts";
import { localRunner } from "../runner.ts";

type Inputs = Readonly<Record<string, unknown>>;

/** Models of this process with a project's libraries, and a folder for their files. */
export class LocalKit implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "freehold-local-"));
  /** What the log said, a line each. */
  readonly said: string[] = [];
  readonly #project: string;
  #models: Models | undefined;

  constructor(project: string) {
    this.#project = project;
  }

  /** @param local paths are absolute, or start at the project's folder */
  start(local: LocalModels, aliases: Readonly<Record<string, string>> = {}): void {
    const log = createLogger({
      now: () => 0,
      pretty: false,
      write: (line) => this.said.push((JSON.parse(line) as { message: string }).message),
    });
    const world = { clock: systemClock, random: systemRandom };
    this.#models = new Models({
      ...world,
      settings: { local, aliases },
      secretOf: () => undefined,
      local: async () => localRunner(local, { ...world, log, project: this.#project, threads: 1 }),
    });
  }

  get models(): Models {
    if (this.#models === undefined) throw new Error("Start the models first.");
    return this.#models;
  }

  /** What a model answers as JSON. */
  async json<T>(model: string, inputs: Inputs): Promise<T> {
    const result = await this.models.run(model, inputs, { shape: "openai" });
    if (result.kind !== "json") throw new Error(`The answer is ${result.kind}.`);
    return result.value as T;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#models?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
