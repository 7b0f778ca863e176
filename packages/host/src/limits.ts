import { invocation } from "./context.ts";
import { FreeholdError } from "./errors.ts";
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from "./http/limits.ts";

export type { HttpLimits };

/** What one object may store, and say in SQL. Past a limit SQLite refuses, with its own texts. */
export interface StorageLimits {
  /** Largest database of an object, in bytes. Default 10 GB; then `SQLITE_FULL`. */
  readonly objectBytes: number;
  /** Largest row, string or BLOB, in bytes. Default 2,200,000; then `SQLITE_TOOBIG`. */
  readonly valueBytes: number;
  /** Longest SQL statement, in bytes. Default 100,000. */
  readonly sqlBytes: number;
  /** Most bound parameters of a statement. Default 100. */
  readonly sqlParameters: number;
  /** Most columns of a table or a result. Default 100. */
  readonly sqlColumns: number;
}

/** What a program may do with hibernatable sockets. */
export interface SocketLimits {
  /** Most open sockets of one object. Default 32,768. */
  readonly socketsPerObject: number;
  /** Most tags of a socket. Default 10. */
  readonly tagsPerSocket: number;
  /** Longest tag, in bytes of UTF-8. Default 256. */
  readonly tagBytes: number;
  /** Largest attachment, serialized, in bytes. Default 16,384. */
  readonly attachmentBytes: number;
  /** Longest request and response of an automatic response, in bytes. Default 2,048. */
  readonly autoResponseBytes: number;
}

/** How long and how deep the work of an object may go. */
export interface ObjectLimits {
  /** How long a critical section may take, in milliseconds. Default 30,000; then a reset. */
  readonly criticalSectionMs: number;
  /** Deepest nesting of critical sections. Default 64. */
  readonly criticalSectionDepth: number;
  /** Most calls of one object that wait for their start. Default 50,000; then `.overloaded`. */
  readonly queuedCalls: number;
  /** How much such calls may carry together, in bytes. Default 128 MiB; then `.overloaded`. */
  readonly queuedBytes: number;
  /** How long `waitUntil` keeps an object in memory, in milliseconds. Default 15 minutes. */
  readonly waitUntilMs: number;
  /** How long what leaves may wait for writes, in milliseconds. Default 30,000; then a reset. */
  readonly outputGateMs: number;
  /** How long an alarm's handler may take, in milliseconds. Default 15 minutes; then a retry. */
  readonly alarmMs: number;
  /** How often a failing alarm is tried again. Default 6; then it is dropped. */
  readonly alarmRetries: number;
  /** Deepest tree of facets, the object itself included. Default 4. */
  readonly facetDepth: number;
  /** Longest name of a facet, in bytes. Default 256. */
  readonly facetNameBytes: number;
  /** Largest arguments or result of a call, serialized, in bytes. Default 32 MiB. */
  readonly rpcBytes: number;
}

/**
 * What a host lets clients and programs do. The defaults are Cloudflare's numbers where Cloudflare
 * has one. Every limit is a positive whole number.
 *
 * @example
 * ```ts
 * const limits: Partial<HostLimits> = { bodyBytes: 1_000_000, alarmRetries: 3 };
 * const host = await createHost({ worker, config, dataDirectory: ".freehold", limits });
 * ```
 */
export interface HostLimits extends HttpLimits, StorageLimits, SocketLimits, ObjectLimits {}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: HostLimits = {
  ...DEFAULT_HTTP_LIMITS,
  objectBytes: 10_000_000_000,
  valueBytes: 2_200_000,
  sqlBytes: 100_000,
  sqlParameters: 100,
  sqlColumns: 100,
  socketsPerObject: 32_768,
  tagsPerSocket: 10,
  tagBytes: 256,
  attachmentBytes: 16_384,
  autoResponseBytes: 2048,
  criticalSectionMs: 30_000,
  criticalSectionDepth: 64,
  queuedCalls: 50_000,
  queuedBytes: 128 * MIB,
  waitUntilMs: 15 * 60_000,
  outputGateMs: 30_000,
  alarmMs: 15 * 60_000,
  alarmRetries: 6,
  facetDepth: 4,
  facetNameBytes: 256,
  rpcBytes: 32 * MIB,
};

/** What SQLite itself allows: a larger limit could not be kept. */
const LARGEST: Partial<HostLimits> = {
  valueBytes: 2_147_483_647,
  sqlBytes: 1_000_000_000,
  sqlParameters: 32_766,
  sqlColumns: 2000,
};

/**
 * The limits of a host, with defaults for those that are not given.
 *
 * @throws FreeholdError `LIMIT_INVALID` for a limit that is unknown, no positive whole number or
 *   larger than can be.
 */
export function hostLimits(wanted: Partial<HostLimits> = {}): HostLimits {
  const names = Object.keys(DEFAULT_LIMITS);
  for (const [name, value] of Object.entries(wanted)) {
    const most = LARGEST[name as keyof HostLimits] ?? Number.MAX_SAFE_INTEGER;
    const isKnown = Object.hasOwn(DEFAULT_LIMITS, name);
    if (isKnown && Number.isSafeInteger(value) && value >= 1 && value <= most) continue;
    throw new FreeholdError("LIMIT_INVALID", `\`limits.${name}\` cannot be ${String(value)}.`, {
      help: isKnown
        ? `Set it to a whole number from 1 to ${most}.`
        : `The limits are ${names.join(", ")}.`,
    });
  }
  return { ...DEFAULT_LIMITS, ...wanted };
}

/** The limits of the host whose code runs now; outside of all code the defaults. */
export function currentLimits(): HostLimits {
  return invocation.getStore()?.limits ?? DEFAULT_LIMITS;
}
