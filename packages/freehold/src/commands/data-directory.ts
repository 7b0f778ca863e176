import { resolve } from "node:path";
import { readFreeholdConfig } from "../config.ts";
import { findProject } from "../project.ts";
import type { ProjectFlags } from "./start.ts";

/** What every command that is about stored data takes. */
export interface DataFlags extends ProjectFlags {
  readonly data?: string;
}

/** The data directory that a command is about: as the flags say, else as the project does. */
export async function dataDirectoryOf(flags: DataFlags): Promise<string> {
  // With a path no project is needed: backups are made and looked at where there is none.
  if (flags.data !== undefined) return resolve(flags.data);
  const project = findProject(process.cwd(), flags.config);
  const own = await readFreeholdConfig(project.root);
  return resolve(project.root, own.dataDirectory ?? ".freehold");
}
