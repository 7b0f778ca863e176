import { readFileSync } from "node:fs";
import {
  createRequire,
  type LoadFnOutput,
  type LoadHookContext,
  type ResolveFnOutput,
  type ResolveHookContext,
  registerHooks,
} from "node:module";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { slotOf } from "../worker/slots.ts";
import { builtInSource, provideModule } from "./built-in.ts";
import { onHibernate, retryable } from "./durable-objects.ts";
import { EmailMessage } from "./email.ts";
import { workersModule } from "./workers.ts";
import { NonRetryableError } from "./workflows.ts";

/**
 * Turns TypeScript, JSX or decorators of user code into JavaScript, with an inline source map.
 * `undefined` leaves the file to Node.
 */
export type SourceTransform = (source: string, path: string) => string | undefined;

export interface HookOptions {
  /** For files of the user's own tree. Default: Node's type stripping alone. */
  readonly transform?: SourceTransform | undefined;
}

type Resolve = (specifier: string, context?: Partial<ResolveHookContext>) => ResolveFnOutput;
type Load = (url: string, context?: Partial<LoadHookContext>) => LoadFnOutput;

const BUILT_IN = "cloudflare:";
const NATIVE_IMPORT = "freehold:import";
const CODE = /\.[cm]?[jt]sx?$/;
/** Bundlers find these without an ending; so do the projects written for them. */
const GUESSES = [
  ".ts",
  ".tsx",
  ".js",
  ".jsx",
  ".mts",
  ".mjs",
  "/index.ts",
  "/index.tsx",
  "/index.js",
];
/** What bundlers for Workers make of files that are not code. */
const TEXT_FILES: ReadonlySet<string> = new Set([".txt", ".html", ".sql", ".md"]);
const DATA_FILES: ReadonlySet<string> = new Set([".bin"]);

let installed = false;
let transform: SourceTransform | undefined;

/**
 * Teaches Node's loader the `cloudflare:*` modules, for `import` and `require` alike, and the versions
 * of user code: a file that was loaded with `?v=N` passes `N` on to the files that it imports by a
 * relative path, so that a reload loads the user's tree anew and packages only once.
 *
 * May be called again: the last `transform` given applies.
 */
export function installHooks(options: HookOptions = {}): void {
  if (options.transform) transform = options.transform;
  if (installed) return;
  installed = true;
  // One for each version, with that version's `env` at module level.
  provideModule("cloudflare:workers", (version) => workersModule(() => slotOf(version)));
  provideModule("cloudflare:durable-objects", () => ({ onHibernate, retryable }));
  provideModule("cloudflare:email", () => ({ EmailMessage }));
  provideModule("cloudflare:workflows", () => ({ NonRetryableError }));
  registerHooks({ resolve, load });
}

/**
 * Imports a module by Node's own loader, also where a bundler or a module runner has put its own in
 * place of `import()` in this file.
 */
export function nativeImport(url: string): Promise<Readonly<Record<string, unknown>>> {
  const { load } = createRequire(import.meta.url)(NATIVE_IMPORT) as {
    load(url: string): Promise<Readonly<Record<string, unknown>>>;
  };
  return load(url);
}

function resolve(specifier: string, context: ResolveHookContext, next: Resolve): ResolveFnOutput {
  if (specifier === NATIVE_IMPORT) {
    return { url: NATIVE_IMPORT, format: "module", shortCircuit: true };
  }
  const version = versionOf(context.parentURL);
  if (specifier.startsWith(BUILT_IN)) {
    return { url: withVersion(specifier, version), format: "module", shortCircuit: true };
  }
  if (version === undefined || !isOwnTree(specifier)) return next(specifier, context);
  const resolved = resolveOwn(specifier, context, next);
  if (!resolved.url.startsWith("file:") || resolved.url.includes("/node_modules/")) return resolved;
  return { ...resolved, url: withVersion(resolved.url, version) };
}

function load(url: string, context: LoadHookContext, next: Load): LoadFnOutput {
  if (url === NATIVE_IMPORT) {
    const source = "export const load = (url) => import(url);";
    return { format: "module", source, shortCircuit: true };
  }
  if (url.startsWith(BUILT_IN)) {
    const version = versionOf(url);
    const specifier = url.split("?", 1)[0] as string;
    return { format: "module", source: builtInSource(specifier, version), shortCircuit: true };
  }
  if (versionOf(url) === undefined) return next(url, context);
  const path = fileURLToPath(url.split("?", 1)[0] as string);
  return loadAsset(path) ?? loadCode(path) ?? next(url, context);
}

function loadCode(path: string): LoadFnOutput | undefined {
  if (!transform || !CODE.test(path)) return undefined;
  const source = transform(readFileSync(path, "utf8"), path);
  if (source === undefined) return undefined;
  const format = /\.c[jt]s$/.test(path) ? "commonjs" : "module";
  return { format, source, shortCircuit: true };
}

function loadAsset(path: string): LoadFnOutput | undefined {
  const extension = extname(path);
  if (TEXT_FILES.has(extension)) {
    const text = JSON.stringify(readFileSync(path, "utf8"));
    return { format: "module", source: `export default ${text};`, shortCircuit: true };
  }
  if (DATA_FILES.has(extension)) {
    const data = readFileSync(path).toString("base64");
    const source = `const data = Buffer.from("${data}", "base64");
export default data.buffer.slice(data.byteOffset, data.byteOffset + data.length);`;
    return { format: "module", source, shortCircuit: true };
  }
  return undefined;
}

function resolveOwn(
  specifier: string,
  context: ResolveHookContext,
  next: Resolve,
): ResolveFnOutput {
  try {
    return next(specifier, context);
  } catch (error) {
    if (!isRelative(specifier)) throw error;
    for (const guess of guessesFor(specifier)) {
      try {
        return next(guess, context);
      } catch {
        // The next guess, or in the end the first error, which names what the user wrote.
      }
    }
    throw error;
  }
}

function guessesFor(specifier: string): string[] {
  const written = /^(.*)\.([cm]?)jsx?$/.exec(specifier);
  if (written) return [`${written[1]}.${written[2]}ts`, `${written[1]}.tsx`];
  return GUESSES.map((ending) => specifier + ending);
}

/** Packages keep one instance; what a package calls its own tree by `#name` belongs to it. */
function isOwnTree(specifier: string): boolean {
  return isRelative(specifier) || specifier.startsWith("file:") || specifier.startsWith("#");
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith("./") || specifier.startsWith("../") || specifier.startsWith("/");
}

/** The version that an address carries. */
function versionOf(url: string | undefined): number | undefined {
  const found = /[?&]v=(\d+)$/.exec(url ?? "");
  return found ? Number(found[1]) : undefined;
}

/** The address of one version of a module. */
export function withVersion(url: string, version: number | undefined): string {
  if (version === undefined) return url;
  return `${url}${url.includes("?") ? "&" : "?"}v=${version}`;
}
