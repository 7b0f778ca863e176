import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { FreeholdError, readWranglerConfig, type WranglerConfig } from "@freehold/host";
import { entryOf, findProject } from "../project.ts";

/** Options of the Vite plugin. All of them have defaults that fit most projects. */
export interface FreeholdViteOptions {
  /** Path of `wrangler.jsonc`, relative to Vite's root. Default: the one in Vite's root. */
  readonly config?: string | undefined;
  /** Environment of `wrangler.jsonc` to use. */
  readonly environment?: string | undefined;
  /** Where objects live in development. Default `.freehold`. */
  readonly dataDirectory?: string | undefined;
}

/** Name of the Vite environment that the Worker runs in. */
export const WORKER_ENVIRONMENT = "worker";

/** What the plugins share about the project: read once when Vite reads its configuration. */
export class ViteProject {
  #options: FreeholdViteOptions;
  #root: string | undefined;
  #wranglerFile: string | undefined;
  #config: WranglerConfig | undefined;
  #warnings: readonly string[] = [];
  /** Called after each swap of the code. Set by the command line. */
  onReloaded: () => void = () => undefined;

  constructor(options: FreeholdViteOptions) {
    this.#options = options;
  }

  get options(): FreeholdViteOptions {
    return this.#options;
  }

  /** Takes the options that are set, before those that the project gave. */
  override(options: FreeholdViteOptions): void {
    const set = Object.entries(options).filter(([, value]) => value !== undefined);
    this.#options = { ...this.#options, ...Object.fromEntries(set) };
  }

  /** @throws FreeholdError when the project has no usable `wrangler.jsonc`. */
  async read(root: string): Promise<void> {
    this.#root = root;
    this.#wranglerFile = findProject(root, this.#options.config).wranglerFile;
    const { environment } = this.#options;
    const read = await readWranglerConfig(
      this.#wranglerFile,
      environment === undefined ? {} : { environment },
    );
    this.#config = read.config;
    this.#warnings = read.warnings;
  }

  get root(): string {
    return this.#known(this.#root);
  }

  get wranglerFile(): string {
    return this.#known(this.#wranglerFile);
  }

  get config(): WranglerConfig {
    return this.#known(this.#config);
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /**
   * Absolute path of the Worker's entry.
   *
   * @throws FreeholdError `MAIN_MISSING`, `MAIN_NOT_FOUND`
   */
  get main(): string {
    return entryOf(this.config.main, this.wranglerFile);
  }

  /** Whether the project has a page beside its Worker. */
  get hasPage(): boolean {
    return existsSync(resolve(this.root, "index.html"));
  }

  #known<T>(value: T | undefined): T {
    if (value !== undefined) return value;
    throw new FreeholdError("PROJECT_UNREAD", "Vite has not read its configuration yet.", {
      help: "Use the plugin through Vite's `plugins` option.",
    });
  }
}
