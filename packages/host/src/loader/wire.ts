import type { HostLimits } from "../limits.ts";

/**
 * What a host and the process of a loaded Worker say to each other besides remote calls. Messages of
 * both kinds share one channel: those that have a `cell` are ours, all others are frames of the calls.
 */
export type ToCell =
  /** The host's time, ahead of what follows. Only where the clock is not the machine's. */
  | { readonly cell: "time"; readonly now: number; readonly runs: boolean }
  | { readonly cell: "timer"; readonly id: number }
  /** To be answered by `rest` once nothing goes on without time. */
  | { readonly cell: "settle"; readonly id: number };

export type FromCell =
  | { readonly cell: "setTimer"; readonly id: number; readonly delayMs: number }
  | { readonly cell: "cancelTimer"; readonly id: number }
  | { readonly cell: "rest"; readonly id: number }
  | { readonly cell: "log"; readonly level: CellLogLevel; readonly text: string };

export type CellLogLevel = "debug" | "info" | "warn" | "error";

/** A module, by what it is imported as. */
export type ModuleContent =
  | { readonly kind: "js" | "cjs" | "text"; readonly text: string }
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "data" | "wasm"; readonly bytes: ArrayBuffer };

/** The code of a loaded Worker, as its process gets it. */
export interface CellCode {
  readonly mainModule: string;
  readonly modules: readonly (readonly [name: string, content: ModuleContent])[];
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  /** Whether modules of Node can be imported. */
  readonly nodeCompat: boolean;
  /** Whether the host's time is not the machine's. */
  readonly virtualTime: boolean;
  /** Whether its classes may have objects. Without, no SQLite is loaded. */
  readonly storage: boolean;
}

/** An object of a loaded Worker, as its process gets it. */
export interface ObjectStart {
  readonly className: string;
  readonly props: object;
  readonly id:
    | { readonly text: string }
    | { readonly hex: string; readonly name: string | undefined };
  readonly label: string;
  /** Of the file, which the host makes. */
  readonly path: string;
  /** The id that stands on errors. */
  readonly objectId: string;
  readonly limits: HostLimits;
}

/** What the start of a loaded Worker came to. */
export type StartOutcome =
  | { readonly started: true; readonly exports: readonly (readonly [string, ExportKind])[] }
  | { readonly started: false; readonly failure: string };

export type ExportKind = "handlers" | "entrypoint" | "object" | "workflow";

/** What the process of a loaded Worker is started with: its module does nothing without. */
export const CELL_ARGUMENT = "freehold-loaded-worker";

/** The longest line of a console that is passed on, in characters. */
export const MAX_LOG_CHARACTERS = 8192;

const LEVELS: ReadonlySet<unknown> = new Set(["debug", "info", "warn", "error"]);

/** Reads a message of a cell, which is not trusted. `undefined` when it is malformed. */
export function readFromCell(message: object): FromCell | undefined {
  const { cell, id, delayMs, level, text } = message as Readonly<Record<string, unknown>>;
  switch (cell) {
    case "setTimer":
      if (!isCount(id) || typeof delayMs !== "number" || !(delayMs >= 0)) return undefined;
      return { cell, id, delayMs };
    case "cancelTimer":
    case "rest":
      return isCount(id) ? { cell, id } : undefined;
    case "log":
      if (!LEVELS.has(level) || typeof text !== "string") return undefined;
      return { cell, level: level as CellLogLevel, text: text.slice(0, MAX_LOG_CHARACTERS) };
    default:
      return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
