import { basename } from "node:path";
import { installedCommand } from "../../../scripts/testing/installed.ts";
import type { Serve } from "../harness/server.ts";
import { prepareFreehold } from "./freehold.ts";

/** The usual server, with the command as a user has it: built, not from hundreds of sources. */
export async function freeholdAsInstalled(): Promise<Serve> {
  const launcher = await installedCommand();
  const usual = await prepareFreehold();
  return (where) => {
    const { file, cwd, args } = usual(where);
    const given = args.slice(args.findIndex((arg) => basename(arg) === "freehold.mjs") + 1);
    return { file, ...(cwd && { cwd }), args: [launcher, ...given] };
  };
}
