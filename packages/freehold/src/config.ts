import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Durability, FreeholdError } from "@freehold/host";

/** What only a host needs to know; everything else stands in `wrangler.jsonc`. */
export interface FreeholdConfig {
  /** Where objects live, relative to the project. Default `.freehold`. */
  readonly dataDirectory?: string;
  /** Default `127.0.0.1`. */
  readonly hostname?: string;
  /** Default 8787. */
  readonly port?: number;
  /**
   * How hard a write is held before anything that depends on it leaves: `strict` (default) waits
   * for the disk, `relaxed` leaves at once and syncs soon after, `memory` keeps nothing.
   */
  readonly durability?: Durability;
}

/**
 * Types the configuration of a host.
 *
 * @example
 * ```ts
 * // freehold.config.ts
 * import { defineConfig } from "freehold";
 *
 * export default defineConfig({ dataDirectory: "/var/lib/my-agents", port: 8080 });
 * ```
 */
export function defineConfig(config: FreeholdConfig): FreeholdConfig {
  return config;
}

const FILES = [
  "freehold.config.ts",
  "freehold.config.mts",
  "freehold.config.js",
  "freehold.config.mjs",
];

/**
 * Reads `freehold.config.ts` of a project, when there is one.
 *
 * @throws FreeholdError `HOST_CONFIG_INVALID`
 */
export async function readFreeholdConfig(root: string): Promise<FreeholdConfig> {
  const file = FILES.map((name) => resolve(root, name)).find((path) => existsSync(path));
  if (file === undefined) return {};
  let loaded: { default?: unknown };
  try {
    loaded = await import(pathToFileURL(file).href);
  } catch (cause) {
    throw invalid(file, "could not be loaded", cause);
  }
  return checked(file, loaded.default);
}

function checked(file: string, value: unknown): FreeholdConfig {
  if (typeof value !== "object" || value === null) {
    throw invalid(file, "has no default export that is an object");
  }
  const config = value as Record<string, unknown>;
  const wrong = (field: string, expected: string) =>
    invalid(file, `\`${field}\` must be ${expected}`);
  for (const field of ["dataDirectory", "hostname"]) {
    const text = config[field];
    if (text !== undefined && (typeof text !== "string" || text === "")) {
      throw wrong(field, "a non-empty string");
    }
  }
  if (config.port !== undefined && !isPort(config.port)) throw wrong("port", "a port, 0 to 65535");
  const durability = config.durability;
  if (durability !== undefined && !["strict", "relaxed", "memory"].includes(String(durability))) {
    throw wrong("durability", '"strict", "relaxed" or "memory"');
  }
  return config as FreeholdConfig;
}

/** Whether a value is a TCP port; 0 lets the system pick. */
export function isPort(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535;
}

function invalid(file: string, what: string, cause?: unknown): FreeholdError {
  return new FreeholdError("HOST_CONFIG_INVALID", `${file} ${what}.`, {
    help: "Export a configuration from it: `export default defineConfig({ … })`.",
    ...(cause === undefined ? {} : { cause }),
  });
}
