import { fileURLToPath } from "node:url";
import type { Serve } from "../harness/server.ts";

const script = fileURLToPath(new URL("./limit-server.ts", import.meta.url));

/** The scenarios that the bare server can answer. */
export const LIMITED: ReadonlySet<string> = new Set(["rpc-seq", "http-one"]);

/** The bare parts, as the limit of what a host on Node can reach: no agent, no storage. */
export function prepareLimit(): Serve {
  return ({ port }) => ({ file: process.execPath, args: [script, String(port)] });
}
