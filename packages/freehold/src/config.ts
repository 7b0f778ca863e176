import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { GatewaysSettings, ModelSettings } from "@freehold/ai";
import { type Durability, FreeholdError, type HostLimits, type IdleTimes } from "@freehold/host";
import type { VectorSettings } from "@freehold/vectors";
import { type EmailSettings, problemOfEmail } from "./email.ts";

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
   * for the disk, `relaxed` leaves at once and syncs within 200 ms, `memory` never syncs.
   */
  readonly durability?: Durability;
  /**
   * How long agents can be brought back to earlier moments, in hours. Default 0: not at all. Costs disk
   * space: everything that was written in that time.
   */
  readonly recoveryHours?: number;
  /**
   * Answers `/cdn-cgi/handler/email` and `/cdn-cgi/handler/scheduled`, which set off those handlers of
   * the Worker, for whoever reaches the port. Default: in development only.
   */
  readonly eventRoutes?: boolean;
  /** How e-mail leaves. Default: it does not, and stands in a mailbox in the data directory. */
  readonly email?: EmailSettings;
  /** What `env.AI` does. Default: what the environment has keys for, else the offline models. */
  readonly models?: ModelSettings;
  /** The AI gateway: providers, keys, limits, logs. Default: it listens only when a program asks for its URL. */
  readonly gateway?: GatewaysSettings;
  /** Vector indexes. Default: each comes into being with its first vector, in the data directory. */
  readonly vectors?: VectorSettings;
  /** Addresses or ranges, such as `10.0.0.0/8`, of proxies whose forwarding headers are believed. */
  readonly trustedProxies?: readonly string[];
  /** Scheme and host that requests have, such as `https://chat.example`. Default: what clients say. */
  readonly publicUrl?: string;
  /** Origins whose pages may open sockets with this site's cookies. Default: only the site's own. */
  readonly allowedOrigins?: readonly string[];
  /** Whether sockets compress what is sent (permessage-deflate). Default false. */
  readonly socketCompression?: boolean;
  /**
   * How long idle objects stay in memory. Default 10 s with open sockets, 70 s without; `Infinity`
   * keeps them resident.
   */
  readonly idle?: Partial<IdleTimes>;
  /** What clients and programs may do. Default Cloudflare's limits. */
  readonly limits?: Partial<HostLimits>;
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
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(file, `could not be loaded: ${reason.replace(/\.$/, "")}`, cause);
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
  const unknown = Object.keys(config).find((field) => !FIELDS.has(field));
  if (unknown !== undefined) {
    throw new FreeholdError("HOST_CONFIG_INVALID", `${file} has no use for \`${unknown}\`.`, {
      help: `It may have: ${[...FIELDS].join(", ")}.`,
    });
  }
  for (const field of ["dataDirectory", "hostname", "publicUrl"]) {
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
  const { recoveryHours } = config;
  if (recoveryHours !== undefined && !(Number(recoveryHours) >= 0)) {
    throw wrong("recoveryHours", "a number of hours");
  }
  const { eventRoutes } = config;
  if (eventRoutes !== undefined && typeof eventRoutes !== "boolean") {
    throw wrong("eventRoutes", "true or false");
  }
  for (const field of ["trustedProxies", "allowedOrigins"]) {
    if (config[field] !== undefined && !isListOfTexts(config[field])) {
      throw wrong(field, "a list of strings");
    }
  }
  if (config.socketCompression !== undefined && typeof config.socketCompression !== "boolean") {
    throw wrong("socketCompression", "true or false");
  }
  for (const field of ["gateway", "idle", "limits", "models", "vectors"]) {
    const value = config[field];
    if (value !== undefined && (typeof value !== "object" || value === null)) {
      throw wrong(field, "an object");
    }
  }
  const problem = problemOfEmail(config.email);
  if (problem !== undefined) throw invalid(file, `\`email\` ${problem}`);
  return config as FreeholdConfig;
}

/** What a configuration may say. */
const FIELDS: ReadonlySet<string> = new Set<keyof FreeholdConfig>([
  "allowedOrigins",
  "dataDirectory",
  "durability",
  "email",
  "eventRoutes",
  "gateway",
  "hostname",
  "idle",
  "limits",
  "models",
  "port",
  "publicUrl",
  "recoveryHours",
  "socketCompression",
  "trustedProxies",
  "vectors",
]);

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "");
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
