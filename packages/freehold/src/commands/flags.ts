import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { FreeholdError } from "@freehold/host";
import { isPort } from "../config.ts";

/** What the command line knows of an option. */
export interface DeclaredFlag {
  /** As it is written behind `--`. */
  readonly name: string;
  /** Whether it takes no value. */
  readonly isBoolean?: boolean | undefined;
}

/** `--env ""` chooses no environment, whatever the process says. */
const MAY_BE_EMPTY = new Set(["env"]);

/**
 * The values of options as they were written. The command line's parser makes numbers of what looks like
 * one, so that a folder `007` would be `7`, and lists of what is given twice; here the last one counts,
 * so that `npm start -- --port 9000` wins over the port in a script. Folders of data are seen from the
 * working directory, as any path that is typed.
 *
 * @throws FreeholdError `FLAG_EMPTY`
 */
export function writtenFlags(
  declared: readonly DeclaredFlag[],
  args: readonly string[],
): Readonly<Record<string, string>> {
  const type = ({ isBoolean }: DeclaredFlag) => (isBoolean ? "boolean" : "string");
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: Object.fromEntries(declared.map((flag) => [flag.name, { type: type(flag) }])),
  });
  const texts: Record<string, string> = {};
  for (const { name } of declared) {
    const value = values[name];
    if (typeof value !== "string") continue;
    if (value === "" && !MAY_BE_EMPTY.has(name)) throw empty(name);
    texts[name] = name === "data" ? resolve(value) : value;
  }
  return texts;
}

/**
 * The port that a flag names.
 *
 * @throws FreeholdError `PORT_INVALID`
 */
export function portOf(value: string | number): number {
  const port = /^\d+$/.test(String(value).trim()) ? Number(value) : Number.NaN;
  if (isPort(port)) return port;
  throw new FreeholdError("PORT_INVALID", `"${value}" is not a port.`, {
    help: "Use a number from 0 to 65535; with 0 the system picks a free port.",
  });
}

/**
 * How many of something a flag asks for; `undefined` when it is not given.
 *
 * @throws FreeholdError `COUNT_INVALID`
 */
export function countOf(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const count = Number(value);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new FreeholdError("COUNT_INVALID", `--${name} ${value} is no count.`, {
    help: "Use a whole number from 1 on.",
  });
}

function empty(name: string): FreeholdError {
  return new FreeholdError("FLAG_EMPTY", `--${name} has no value.`, {
    help: "Give it one, or leave it out. A variable of the shell may be empty.",
  });
}
