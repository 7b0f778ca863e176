import assert from "node:assert";
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import buffer from "node:buffer";
import crypto from "node:crypto";
import diagnosticsChannel from "node:diagnostics_channel";
import events from "node:events";
import { builtinModules } from "node:module";
import path from "node:path";
import querystring from "node:querystring";
import stream from "node:stream";
import streamConsumers from "node:stream/consumers";
import streamPromises from "node:stream/promises";
import streamWeb from "node:stream/web";
import stringDecoder from "node:string_decoder";
import timersPromises from "node:timers/promises";
import url from "node:url";
import util from "node:util";
import utilTypes from "node:util/types";
import zlib from "node:zlib";
import { onHibernate, retryable } from "../../modules/durable-objects.ts";
import { EmailMessage } from "../../modules/email.ts";
import { type ModuleScope, workersModule } from "../../modules/workers.ts";
import { NonRetryableError } from "../../modules/workflows.ts";
import type { BuiltIns } from "./modules.ts";

type Exports = Readonly<Record<string, unknown>>;

/** What a module of Node offers besides, and what would reach the process. */
const DENIED: Readonly<Record<string, readonly string[]>> = {
  crypto: ["setEngine", "setFips", "fips", "secureHeapUsed"],
  util: ["setTraceSigInt", "debug", "debuglog"],
};

/**
 * Modules of Node that compute and reach nothing. Whatever is not here does not exist for loaded
 * Workers: a new module of a later Node is no new way out.
 */
const OF_NODE: Readonly<Record<string, object>> = {
  assert,
  "assert/strict": assert.strict,
  // The rest of it hands out what Node itself works with.
  async_hooks: { AsyncLocalStorage, AsyncResource },
  buffer,
  crypto,
  diagnostics_channel: diagnosticsChannel,
  events,
  path,
  "path/posix": path.posix,
  "path/win32": path.win32,
  querystring,
  stream,
  "stream/consumers": streamConsumers,
  "stream/promises": streamPromises,
  "stream/web": streamWeb,
  string_decoder: stringDecoder,
  "timers/promises": timersPromises,
  url,
  util,
  "util/types": utilTypes,
  zlib,
};

/**
 * The modules of the platform for a loaded Worker.
 *
 * @param ofNode whether Node's can be imported
 * @throws (the result) for a module of Node that loaded Workers may not use
 */
export function builtIns(
  scope: () => ModuleScope | undefined,
  ofNode: boolean,
  innocentProcess: object,
): BuiltIns {
  const platform: Readonly<Record<string, Exports>> = {
    "cloudflare:workers": workersModule(scope),
    "cloudflare:durable-objects": { onHibernate, retryable },
    "cloudflare:email": { EmailMessage },
    "cloudflare:workflows": { NonRetryableError },
  };
  return (specifier) => {
    if (Object.hasOwn(platform, specifier)) return platform[specifier];
    return ofNode ? nodeModule(specifier, innocentProcess) : undefined;
  };
}

function nodeModule(specifier: string, innocentProcess: object): Exports | undefined {
  const name = specifier.replace(/^node:/, "");
  if (name === "process") return exportsOf(innocentProcess, []);
  if (name === "timers") return exportsOf(timers(), []);
  if (Object.hasOwn(OF_NODE, name)) return exportsOf(OF_NODE[name] as object, DENIED[name] ?? []);
  if (!builtinModules.includes(name) && !builtinModules.includes(specifier)) return undefined;
  throw new Error(`The module "node:${name}" is not available to loaded Workers.`);
}

/** Those that follow the clock of the host. */
function timers(): object {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
  const { setImmediate, clearImmediate } = globalThis;
  return { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate };
}

function exportsOf(module: object, denied: readonly string[]): Exports {
  const names = Object.keys(module).filter((name) => name !== "default" && !denied.includes(name));
  const exports: Record<string, unknown> = {};
  for (const name of names) exports[name] = Reflect.get(module, name);
  // A copy: programs may not change what the host of this process uses.
  return { ...exports, default: typeof module === "function" ? module : { ...exports } };
}
