import { join } from "node:path";

/** One is written to while what is in the other reaches the objects' own logs. */
const SHARED_LOG_NAMES = ["commits-1.log", "commits-2.log"] as const;

export function sharedLogFiles(dataDirectory: string): readonly string[] {
  return SHARED_LOG_NAMES.map((name) => join(dataDirectory, name));
}
