import type { TsconfigRaw } from "esbuild";
import { getTsconfig } from "get-tsconfig";
import { TransformError } from "./errors.ts";

const EMIT_KEYS = [
  "target",
  "useDefineForClassFields",
  "verbatimModuleSyntax",
  "jsxImportSource",
  "jsxFactory",
  "jsxFragmentFactory",
] as const;

/** The part of a tsconfig that decides what code a file becomes. */
export type EmitOptions = Pick<
  NonNullable<TsconfigRaw["compilerOptions"]>,
  (typeof EMIT_KEYS)[number]
>;

/**
 * Reads the options that apply to `path` from the nearest `tsconfig.json` and what it extends.
 * Nothing is cached: an edited tsconfig counts for the next file.
 *
 * @throws {TransformError} `TSCONFIG_UNREADABLE`, or `LEGACY_DECORATORS` for a decorated file
 *   whose tsconfig asks for TypeScript's old decorators, which are called with other arguments.
 */
export function emitOptionsFor(path: string, file: { decorated: boolean }): EmitOptions {
  const { options, tsconfig } = read(path);
  if (file.decorated && options.experimentalDecorators === true) {
    throw new TransformError(
      "LEGACY_DECORATORS",
      `${path} contains decorators, and ${tsconfig} sets experimentalDecorators`,
      {
        help: 'Remove "experimentalDecorators" from the tsconfig: only standard (TC39) decorators are supported.',
      },
    );
  }
  return Object.fromEntries(
    EMIT_KEYS.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])),
  );
}

function read(path: string): { options: Readonly<Record<string, unknown>>; tsconfig: string } {
  try {
    const found = getTsconfig(path);
    return { options: { ...found?.config.compilerOptions }, tsconfig: found?.path ?? "" };
  } catch (cause) {
    throw new TransformError(
      "TSCONFIG_UNREADABLE",
      `The tsconfig of ${path} could not be read: ${cause instanceof Error ? cause.message : cause}`,
      { help: "Correct the tsconfig.json nearest to the file, or what it extends.", cause },
    );
  }
}
