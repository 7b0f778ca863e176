import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parse } from "dotenv";
import { FreeholdError } from "../errors.ts";

/**
 * Reads the local secrets beside a configuration file.
 *
 * `.dev.vars.<environment>` replaces `.dev.vars`. Only when there is neither, `.env`,
 * `.env.<environment>`, `.env.local` and `.env.<environment>.local` are merged, the last one winning.
 *
 * @throws FreeholdError `SECRETS_UNREADABLE`
 */
export async function readSecrets(
  folder: string,
  environment: string | undefined,
): Promise<Record<string, string>> {
  const names =
    environment === undefined ? [".dev.vars"] : [`.dev.vars.${environment}`, ".dev.vars"];
  for (const name of names) {
    const found = await readIfThere(resolve(folder, name));
    if (found !== undefined) return parse(found);
  }
  const merged: Record<string, string> = {};
  for (const suffix of environment === undefined
    ? ["", ".local"]
    : ["", `.${environment}`, ".local", `.${environment}.local`]) {
    const found = await readIfThere(resolve(folder, `.env${suffix}`));
    if (found !== undefined) Object.assign(merged, parse(found));
  }
  return merged;
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
