import { loaderErrors, rpcErrors } from "../contract-errors.ts";
import { FreeholdError } from "../errors.ts";
import { brands, hasBrand } from "../rpc/brands.ts";
import { NoStubs } from "../rpc/memory.ts";
import { createServiceStub } from "../rpc/stub.ts";
import { stubState } from "../rpc/stub-state.ts";
import { cannotCross, copyValue } from "../rpc/values.ts";
import type { ModuleContent } from "./wire.ts";

/** What a loaded Worker may use of the machine. */
export interface LoadedLimits {
  /** CPU time of one call, in milliseconds. */
  readonly cpuMs: number | undefined;
}

/** The code of a loaded Worker, checked and copied. */
export interface LoadedWorkerCode {
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly mainModule: string;
  readonly modules: readonly (readonly [string, ModuleContent])[];
  readonly env: object;
  /** `null`: the network is closed; `undefined`: the host's own. */
  readonly globalOutbound: object | null | undefined;
  readonly limits: LoadedLimits;
  /** Whether something was asked for that is not done. */
  readonly hasTails: boolean;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const KINDS = ["js", "cjs", "text", "data", "json", "py", "wasm"] as const;
type Kind = (typeof KINDS)[number];

/**
 * Reads what a program gave as the code of a Worker.
 *
 * @throws TypeError, Error and DOMException with the texts of the contract
 * @throws FreeholdError `LOADER_PYTHON_UNSUPPORTED`, `LOADER_WASM_COMPILED`, `LOADER_CLASS_IN_ENV`
 */
export function readCode(value: unknown): LoadedWorkerCode {
  if (value === undefined || value === null) throw loaderErrors.noCode();
  const code = value as Readonly<Record<string, unknown>>;
  const modules: unknown = code.modules;
  if (typeof modules !== "object" || modules === null) {
    throw loaderErrors.wrongField("modules", "WorkerCode", "object");
  }
  const date = String(code.compatibilityDate);
  const read = Object.entries(modules).map(
    ([name, content]) => [name, readModule(name, content)] as const,
  );
  if (read.length === 0) throw loaderErrors.noModules();
  const loaded: LoadedWorkerCode = {
    compatibilityDate: date,
    compatibilityFlags: readFlags(code.compatibilityFlags),
    mainModule: String(code.mainModule),
    modules: read,
    env: readEnv(code.env),
    globalOutbound: readOutbound(code.globalOutbound),
    limits: readLimits(code.limits, "WorkerCode"),
    hasTails: code.tails !== undefined || code.streamingTails !== undefined,
  };
  if (!DATE.test(date)) throw loaderErrors.invalidDate(date);
  return loaded;
}

/** `limits` of a Worker's code and of an entrypoint. Those on requests are not kept. */
export function readLimits(value: unknown, where: string): LoadedLimits {
  if (value === undefined) return { cpuMs: undefined };
  if (typeof value !== "object" || value === null) {
    throw loaderErrors.wrongField("limits", where, "ResourceLimits");
  }
  const { cpuMs } = value as { readonly cpuMs?: unknown };
  const isLimit = typeof cpuMs === "number" && cpuMs > 0;
  return { cpuMs: isLimit ? cpuMs : undefined };
}

/** `props` of an entrypoint or a class of a loaded Worker: a copy. */
export function readProps(options: unknown, method: string): object {
  if (options === undefined || options === null) return {};
  if (typeof options !== "object") {
    throw loaderErrors.wrongArgument(`WorkerStub.${method}`, 2, "EntrypointOptions");
  }
  const props: unknown = Reflect.get(options, "props");
  if (props === undefined) return {};
  if (typeof props !== "object" || props === null) {
    throw loaderErrors.wrongField("props", "EntrypointOptions", "Object");
  }
  return copyValue(props, crossing) as object;
}

function readModule(name: string, value: unknown): ModuleContent {
  if (typeof value === "string") {
    if (name.endsWith(".py")) throw noPython(name);
    if (!name.endsWith(".js")) throw loaderErrors.unknownKind(name);
    return { kind: "js", text: value };
  }
  if (isCompiled(value)) throw compiled(name);
  if (typeof value !== "object" || value === null) {
    throw loaderErrors.wrongField("modules", "WorkerCode", "object");
  }
  const given = KINDS.filter((kind) => Reflect.get(value, kind) !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) throw loaderErrors.wrongKinds(name, given.length);
  return contentOf(name, kind, Reflect.get(value, kind));
}

function contentOf(name: string, kind: Kind, value: unknown): ModuleContent {
  switch (kind) {
    case "py":
      throw noPython(name);
    case "json":
      // As the text of a file would be.
      return { kind, value: JSON.parse(JSON.stringify(value) ?? "null") as unknown };
    case "data":
    case "wasm":
      if (isCompiled(value)) throw compiled(name);
      return { kind, bytes: bytesOf(kind, value) };
    default:
      return { kind, text: String(value) };
  }
}

function isCompiled(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object WebAssembly.Module]";
}

function bytesOf(kind: string, value: unknown): ArrayBuffer {
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    return new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
  }
  throw loaderErrors.wrongField(kind, "Module", "ArrayBuffer or ArrayBufferView");
}

function readFlags(value: unknown): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    throw loaderErrors.wrongField("compatibilityFlags", "WorkerCode", "Array");
  }
  return value.map(String);
}

function readEnv(value: unknown): object {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null) {
    throw loaderErrors.wrongField("env", "WorkerCode", "Object");
  }
  return copyValue(value, crossing) as object;
}

function readOutbound(value: unknown): object | null | undefined {
  if (value === undefined || value === null) return value;
  const isFetcher = typeof value === "object" || typeof value === "function";
  const state = isFetcher ? stubState(value) : undefined;
  if (state?.hook.fetch === undefined) {
    throw loaderErrors.wrongField("globalOutbound", "WorkerCode", "Fetcher");
  }
  return createServiceStub(state.hook.dup());
}

/** Data, and stubs of services: these hold nothing that would have to be given back. */
class EnvCrossing extends NoStubs {
  override readonly isLenient = false;

  override capability(value: object): unknown {
    if (hasBrand(value, brands.loopback)) throw cannotCross(value);
    if (hasBrand(value, brands.durableObjectClass)) throw classInEnv();
    const state = stubState(value);
    if (state?.hook.staysHome) throw state.hook.whyHome?.() ?? cannotCross(value);
    if (state?.kind === "service" || state?.kind === "object") {
      return createServiceStub(state.hook.dup());
    }
    if (state !== undefined || hasBrand(value, brands.rpcTarget)) {
      throw loaderErrors.remoteReference();
    }
    if (typeof value === "function") throw rpcErrors.notCloneable(String(value));
    return super.capability(value);
  }
}

const crossing = new EnvCrossing();

function noPython(name: string): FreeholdError {
  return new FreeholdError(
    "LOADER_PYTHON_UNSUPPORTED",
    `The module ${name} is written in Python, which this host does not run.`,
    { help: "Load modules of JavaScript." },
  );
}

function compiled(name: string): FreeholdError {
  return new FreeholdError(
    "LOADER_WASM_COMPILED",
    `The module ${name} is compiled already, and cannot be handed to another process.`,
    { help: "Give the bytes: `{ wasm: bytes }`." },
  );
}

function classInEnv(): FreeholdError {
  return new FreeholdError(
    "LOADER_CLASS_IN_ENV",
    "Classes of objects cannot be handed to a loaded Worker.",
    { help: "Pass an entrypoint that works with the object." },
  );
}
