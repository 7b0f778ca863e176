import type { Clock } from "../../clock.ts";
import type { Hook } from "../../rpc/hook.ts";
import { classifyExports, type WorkerExport } from "../../worker/exports.ts";
import { LoadedVersion } from "../../worker/loaded-version.ts";
import { EntrypointHook } from "../../worker/service.ts";
import { slotOf } from "../../worker/slots.ts";
import type { CellCode, ExportKind } from "../wire.ts";
import { builtIns } from "./built-ins.ts";
import { CellModules, StartFailure } from "./modules.ts";

/** The code of the Worker, running in this process. */
export class LoadedCode {
  readonly version: LoadedVersion;
  readonly #kinds: ReadonlyMap<string, WorkerExport>;
  #isIdle = true;

  private constructor(version: LoadedVersion, kinds: ReadonlyMap<string, WorkerExport>) {
    this.version = version;
    this.#kinds = kinds;
  }

  /** Answers a text when it does not start. */
  static async load(
    code: CellCode,
    env: object,
    clock: Clock,
    report: (error: unknown) => void,
    seenProcess: object,
  ): Promise<LoadedCode | string> {
    try {
      let kinds: ReadonlyMap<string, WorkerExport> = new Map();
      const version = await LoadedVersion.load({
        env: env as Record<string, unknown>,
        clock,
        report,
        boundClasses: [],
        services: [],
        namespaceParts: () => undefined,
        loader: async (number) => {
          const scope = () => slotOf(number);
          const modules = new CellModules(code, builtIns(scope, code.nodeCompat, seenProcess));
          const module = await modules.load();
          checkExports(module);
          kinds = classifyExports(module);
          return module;
        },
      });
      return new LoadedCode(version, kinds);
    } catch (error) {
      if (error instanceof StartFailure) return error.message;
      throw error;
    }
  }

  get exports(): readonly (readonly [string, ExportKind])[] {
    return [...this.#kinds].map(([name, { kind }]) => [name, kind] as const);
  }

  get isIdle(): boolean {
    return this.#isIdle;
  }

  entrypoint(name: string, props: object): Hook {
    const entry = this.#kinds.get(name);
    if (entry === undefined) throw new Error(`There is no entrypoint ${name}.`);
    this.#watch();
    return new EntrypointHook(this.version.dispatcher, entry, props);
  }

  /** Asked for after an event has begun, the dispatcher says when none runs any more. */
  #watch(): void {
    if (!this.#isIdle) return;
    this.#isIdle = false;
    setImmediate(() =>
      this.version.idle().then(() => {
        this.#isIdle = true;
      }),
    );
  }
}

/** @throws StartFailure for exports that are neither classes nor handlers */
function checkExports(module: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(module)) {
    if (typeof value === "function" || (typeof value === "object" && value !== null)) continue;
    throw new StartFailure(
      `Failed to start Worker:\nUncaught TypeError: Incorrect type for map entry '${name}': the ` +
        "provided value is not of type 'function or ExportedHandler'.",
    );
  }
}
