import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { FreeholdError } from "../errors.ts";

type Values = Readonly<Record<string, string>>;

/**
 * Reads the local secrets beside a configuration file.
 *
 * `.dev.vars.<environment>` replaces `.dev.vars`. Only when there is neither, `.env`, `.env.local`,
 * `.env.<environment>` and `.env.<environment>.local` are merged, the last one winning; in them `$NAME`
 * stands for what was set before it. `CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV=false` leaves them out, and
 * `CLOUDFLARE_INCLUDE_PROCESS_ENV=true` puts the variables of the process over them.
 *
 * @param files take the place of all of these: absolute paths, the last one winning.
 * @throws FreeholdError `SECRETS_UNREADABLE`, `SECRETS_TOO_LARGE`
 */
export async function readSecrets(
  folder: string,
  environment: string | undefined,
  files?: readonly string[],
): Promise<Values> {
  if (files !== undefined) return expanded(await merged(files));
  const names =
    environment === undefined ? [".dev.vars"] : [`.dev.vars.${environment}`, ".dev.vars"];
  for (const name of names) {
    const found = await readIfThere(resolve(folder, name));
    if (found !== undefined) return variablesIn(found);
  }
  if (process.env.CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV === "false") return {};
  const suffixes = ["", ".local"];
  if (environment !== undefined) suffixes.push(`.${environment}`, `.${environment}.local`);
  const values = expanded(await merged(suffixes.map((suffix) => resolve(folder, `.env${suffix}`))));
  return process.env.CLOUDFLARE_INCLUDE_PROCESS_ENV === "true"
    ? { ...values, ...(process.env as Values) }
    : values;
}

/** The parser is loaded where there is such a file. */
async function variablesIn(text: string): Promise<Values> {
  const { parse } = await import("dotenv");
  return parse(text);
}

async function merged(files: readonly string[]): Promise<Values> {
  const values: Record<string, string> = {};
  for (const file of files) {
    const found = await readIfThere(file);
    if (found !== undefined) Object.assign(values, await variablesIn(found));
  }
  return values;
}

/** `$NAME`, `${NAME}`, `${NAME:-without}` and `${NAME:+with}`; behind a backslash it is text. */
const REFERENCE = /\\\$|\$(?:\{(\w+)(?::?([-+])((?:[^{}]|\{[^{}]*\})*))?\}|([A-Za-z_]\w*))/g;

/** What references put in, together: a few lines that name each other could fill the memory. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

function expanded(values: Values): Values {
  const known = new Map<string, string>();
  let left = MAX_CHARACTERS;
  const find = (name: string): string => {
    const found = known.get(name) ?? "";
    left -= found.length;
    if (left < 0) throw tooLarge();
    return found;
  };
  for (const [name, value] of Object.entries(values)) known.set(name, filled(value, find));
  return Object.fromEntries(known);
}

function tooLarge(): FreeholdError {
  return new FreeholdError(
    "SECRETS_TOO_LARGE",
    `The references in .env files stand for more than ${MAX_CHARACTERS} characters.`,
    { help: "Let variables refer to each other less often." },
  );
}

function filled(value: string, find: (name: string) => string): string {
  return value.replace(
    REFERENCE,
    (whole, braced?: string, operator?: string, other?: string, bare?: string) => {
      if (whole === "\\$") return "$";
      const found = find(braced ?? bare ?? "");
      const isOther = operator !== undefined && (operator === "+") === (found !== "");
      return isOther ? filled(other ?? "", find) : found;
    },
  );
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new FreeholdError("SECRETS_UNREADABLE", `${file} cannot be read (${code}).`, {
      help: "Make it a file that this user may read.",
      cause,
    });
  }
}
