import { join, resolve } from "node:path";
import { createLogger, FreeholdError, systemClock } from "@freehold/host";
import type { ListedIndex } from "@freehold/vectors";
import { readFreeholdConfig } from "../config.ts";
import { findProject } from "../project.ts";
import { askHost } from "../runtime/control-socket.ts";
import { vectorVerbs } from "../vectors.ts";
import { countOf } from "./flags.ts";
import type { ProjectFlags } from "./start.ts";

interface VectorFlags extends ProjectFlags {
  readonly data?: string;
  readonly json?: boolean;
  readonly dimensions?: string;
  readonly metric?: string;
  readonly metadata?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

type Verb = keyof typeof vectorVerbs;

/** `freehold vectors`: looks at vector indexes, makes and deletes them, on a host that runs or not. */
export async function vectorsCommand(
  verb: string | undefined,
  index: string | undefined,
  ids: readonly string[],
  flags: VectorFlags,
): Promise<void> {
  const chosen = check(verb, index);
  const project = findProject(process.cwd(), flags.config);
  const own = await readFreeholdConfig(project.root);
  const data = resolve(project.root, flags.data ?? own.dataDirectory ?? ".freehold");
  const { dimensions, metric, metadata, cursor } = flags;
  const limit = countOf("limit", flags.limit);
  const body = { index, ids, dimensions, metric, metadata, limit, cursor };
  const answer = await askHost(data, `vectors/${chosen}`, body).catch(async (error: unknown) => {
    const isStopped = error instanceof FreeholdError && error.code === "HOST_NOT_RUNNING";
    if (!isStopped) throw error;
    const { VectorIndexes } = await import("@freehold/vectors");
    const indexes = new VectorIndexes({
      ...own.vectors,
      folder: join(data, "vectors"),
      clock: systemClock,
      log: createLogger({ now: () => systemClock.now() }),
    });
    try {
      return await vectorVerbs[chosen](indexes, body);
    } finally {
      await indexes.close();
    }
  });
  console.log(flags.json ? JSON.stringify(answer, null, 2) : report(chosen, answer));
}

function check(verb = "list", index: string | undefined): Verb {
  if (!Object.hasOwn(vectorVerbs, verb)) {
    throw new FreeholdError("VERB_UNKNOWN", `There is no \`freehold vectors ${verb}\`.`, {
      help: `Use ${Object.keys(vectorVerbs).join(", ")}.`,
    });
  }
  if (verb === "list" || index !== undefined) return verb as Verb;
  throw new FreeholdError("INDEX_MISSING", `\`freehold vectors ${verb}\` is about an index.`, {
    help: `Write \`freehold vectors ${verb} <index>\`.`,
  });
}

function report(verb: Verb, answer: unknown): string {
  if (verb === "list") {
    const indexes = answer as readonly ListedIndex[];
    return indexes.length === 0 ? "None." : indexes.map(line).join("\n");
  }
  if (verb === "ids") return (answer as readonly string[]).join("\n");
  return JSON.stringify(answer, null, 2);
}

function line({ name, vectorCount, dimensions, metric }: ListedIndex): string {
  return `${name.padEnd(32)} ${String(vectorCount).padStart(9)} of ${dimensions}, ${metric}`;
}
