import { parseArgs } from "node:util";

/** What every command here takes. */
export interface CommonArguments {
  /** Print exactly one JSON document on stdout. */
  readonly json: boolean;
  /** Areas, rows or scenarios; empty means all. */
  readonly only: readonly string[];
  readonly flags: ReadonlySet<string>;
}

/**
 * Reads `--json`, `--only a,b` and the flags a command names.
 *
 * @throws {TypeError} on an unknown option.
 */
export function readArguments(
  argv: readonly string[],
  flags: readonly string[] = [],
): CommonArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      ...Object.fromEntries(flags.map((name) => [name, { type: "boolean" as const }])),
    },
  });
  const only = (values.only as string[]).flatMap((list) => list.split(","));
  return {
    json: values.json === true,
    only: only.map((name) => name.trim()).filter((name) => name !== ""),
    flags: new Set(flags.filter((name) => (values as Record<string, unknown>)[name] === true)),
  };
}
