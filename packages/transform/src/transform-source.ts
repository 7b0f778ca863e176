import {
  type TransformFailure,
  type TransformOptions,
  type TransformResult,
  transform,
  transformSync,
} from "esbuild";
import { containsDecorator } from "./detect.ts";
import { TransformError } from "./errors.ts";
import { emitOptionsFor } from "./tsconfig.ts";

/** What {@link transformSource} is told about a source text. */
export interface TransformSourceOptions {
  /** Absolute path of the file: its extension names the language, its folder the tsconfig. */
  readonly path: string;
  /**
   * `"compile"` (default) turns JSX into calls of the automatic runtime; `"keep"` leaves it to a
   * later step of a bundler.
   */
  readonly jsx?: "compile" | "keep";
  /** `"separate"` (default) returns the source map; `"inline"` appends it to the code as well. */
  readonly sourceMap?: "separate" | "inline";
}

/** JavaScript that Node and workerd run as it is, and the JSON of its source map. */
export interface TransformedSource {
  readonly code: string;
  readonly map: string;
}

const LOADERS = {
  ts: "ts",
  mts: "ts",
  cts: "ts",
  tsx: "tsx",
  js: "js",
  mjs: "js",
  cjs: "js",
  jsx: "jsx",
} as const satisfies Record<string, TransformOptions["loader"]>;

/**
 * Turns TypeScript, JSX and standard (TC39) decorators into plain modern JavaScript. Classes keep
 * their `name` even where the transform or a later minifier renames them. Legacy decorators
 * (`experimentalDecorators`) are not supported.
 *
 * Synchronous, because Node's synchronous module hooks are.
 *
 * @returns The JavaScript, or `undefined` for a plain `.js` file that has nothing to transform.
 * @throws {TransformError} `TRANSFORM_FAILED` for a syntax error, with its location;
 *   `LEGACY_DECORATORS` when the file has decorators and its tsconfig asks for the legacy kind.
 *
 * @example
 * ```ts
 * import { transformSource } from "@freehold/transform";
 *
 * const source = "class Greeter { @logged greet(name: string) { return name } }";
 * const { code } = transformSource(source, { path: "/app/greeter.ts" })!;
 * ```
 */
export function transformSource(
  code: string,
  options: TransformSourceOptions,
): TransformedSource | undefined {
  const request = requestFor(code, options);
  if (!request) return undefined;
  try {
    return outcome(transformSync(code, request));
  } catch (cause) {
    throw failure(cause, options.path);
  }
}

/** {@link transformSource} without blocking the event loop, for bundler plugins. */
export async function transformSourceAsync(
  code: string,
  options: TransformSourceOptions,
): Promise<TransformedSource | undefined> {
  const request = requestFor(code, options);
  if (!request) return undefined;
  try {
    return outcome(await transform(code, request));
  } catch (cause) {
    throw failure(cause, options.path);
  }
}

function requestFor(code: string, options: TransformSourceOptions): TransformOptions | undefined {
  const loader = loaderFor(options.path);
  if (!loader) return undefined;
  const decorated = containsDecorator(code);
  if (loader === "js" && !decorated) return undefined;
  return {
    // JavaScript may have JSX in it, whatever its name.
    loader: loader === "js" ? "jsx" : loader,
    sourcefile: options.path,
    target: "esnext",
    supported: { decorators: false },
    keepNames: decorated,
    jsx: options.jsx === "keep" ? "preserve" : "automatic",
    sourcemap: options.sourceMap === "inline" ? "both" : "external",
    tsconfigRaw: { compilerOptions: emitOptionsFor(options.path, { decorated }) },
    logLevel: "silent",
    ...(options.path.endsWith(".cts") && { format: "cjs" as const }),
  };
}

function loaderFor(path: string): (typeof LOADERS)[keyof typeof LOADERS] | undefined {
  const extension = path.slice(path.lastIndexOf(".") + 1);
  return Object.hasOwn(LOADERS, extension) ? LOADERS[extension as keyof typeof LOADERS] : undefined;
}

function outcome({ code, map }: TransformResult): TransformedSource {
  return { code, map };
}

function failure(cause: unknown, path: string): TransformError {
  const first = isTransformFailure(cause) ? cause.errors[0] : undefined;
  const place = first?.location;
  return new TransformError("TRANSFORM_FAILED", `${path}: ${first?.text ?? String(cause)}`, {
    help: "Correct the syntax at the named place; decorators must be standard (TC39) ones, which have no parameter decorators.",
    location: place ? { file: path, line: place.line, column: place.column } : undefined,
    cause,
  });
}

function isTransformFailure(cause: unknown): cause is TransformFailure {
  return cause instanceof Error && "errors" in cause && Array.isArray(cause.errors);
}
