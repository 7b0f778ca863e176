import { registerHooks } from "node:module";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import { allFaults } from "./all.ts";
import { applyEdit } from "./fault.ts";

/** The environment variable that names the fault. */
const VARIABLE = "CONFORMANCE_FAULT";

/**
 * Loaded ahead of a host in a test process: makes the edits of one fault while Node loads the files
 * that they are for. The host itself knows nothing of faults.
 */
const name = process.env[VARIABLE];
const fault = allFaults.find((item) => item.name === name);
if (fault === undefined) throw new Error(`there is no fault ${name}`);
const { edits } = fault;
const root = `${sep}packages${sep}host${sep}src${sep}`;

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const wanted = edits.filter(({ file }) => isFile(url, file));
    if (wanted.length === 0 || loaded.source === null || loaded.source === undefined) return loaded;
    const source = Buffer.from(loaded.source as Uint8Array).toString();
    return { ...loaded, source: wanted.reduce(applyEdit, source) };
  },
});

function isFile(url: string, file: string): boolean {
  return url.startsWith("file:") && fileURLToPath(url).endsWith(root + file.replaceAll("/", sep));
}
