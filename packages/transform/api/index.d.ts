/**
 * Whether a source text may contain a decorator. Reads text, not syntax: it never misses a
 * decorator that ordinary code can contain, and may take CSS in a template literal for one, which
 * costs a needless transform and nothing else.
 *
 * @example
 * ```ts
 * import { containsDecorator } from "@freehold/transform";
 *
 * containsDecorator("class A { @callable() greet() {} }"); // true
 * containsDecorator("/** @param name who *\/"); // false
 * ```
 */
declare function containsDecorator(code: string): boolean;
/** Stable codes of {@link TransformError}. */
type TransformErrorCode = "TRANSFORM_FAILED" | "LEGACY_DECORATORS" | "TSCONFIG_UNREADABLE";
/** A place in a source file: `line` counts from 1, `column` from 0 in UTF-16 units. */
interface TransformLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
/** A source file that could not be transformed, with what to do about it in `help`. */
declare class TransformError extends Error {
  readonly name = "TransformError";
  readonly code: TransformErrorCode;
  readonly help: string;
  readonly location: TransformLocation | undefined;
  constructor(code: TransformErrorCode, message: string, details: {
    help: string;
    location?: TransformLocation | undefined;
    cause?: unknown;
  });
}
/** What {@link transformSource} is told about a source text. */
interface TransformSourceOptions {
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
interface TransformedSource {
  readonly code: string;
  readonly map: string;
}
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
declare function transformSource(code: string, options: TransformSourceOptions): TransformedSource | undefined;
/** {@link transformSource} without blocking the event loop, for bundler plugins. */
declare function transformSourceAsync(code: string, options: TransformSourceOptions): Promise<TransformedSource | undefined>;
export {
  containsDecorator,
  type TransformedSource,
  TransformError,
  type TransformErrorCode,
  type TransformLocation,
  transformSource,
  transformSourceAsync,
  type TransformSourceOptions,
};