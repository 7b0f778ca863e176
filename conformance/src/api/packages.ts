import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Declarations, readFromDisk } from "./declarations.ts";

const root = join(import.meta.dirname, "../../..");
const modules = join(root, "node_modules");

/** A package's entries: subpath (`.`, `./client`) → the file that declares it. */
export type Entries = ReadonlyMap<string, string>;

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
}

/** The entries of a package whose declarations under `condition` are there. */
function entriesOf(folder: string, condition: string): Entries {
  const text = readFileSync(join(folder, "package.json"), "utf8");
  const { exports } = JSON.parse(text) as Manifest;
  const entries = Object.entries(exports).flatMap(([path, target]) => {
    const file = (target as Record<string, unknown>)[condition];
    const there = typeof file === "string" && existsSync(join(folder, file));
    return there ? [[path, join(folder, file)] as const] : [];
  });
  return new Map(entries);
}

/** The published packages' entries by the names that are imported. */
export function publishedEntries(): Entries {
  return new Map([
    ...named("agents", entriesOf(join(modules, "agents"), "types")),
    ...named("@cloudflare/ai-chat", entriesOf(join(modules, "@cloudflare/ai-chat"), "types")),
  ]);
}

/** Our entries by the names that are imported. */
export function ourEntries(): Entries {
  const folder = join(root, "packages/agents");
  return new Map(named("@freehold/agents", entriesOf(folder, "freehold-source")));
}

/** The entry of ours that stands for a published one. */
export function counterpart(published: string): string {
  return published
    .replace(/^@cloudflare\/ai-chat(?=\/|$)/, "@freehold/agents/chat")
    .replace(/^agents(?=\/|$)/, "@freehold/agents");
}

/** Follows the published packages and ours; every other package is left alone. */
export function followedDeclarations(): Declarations {
  const entries = new Map([...publishedEntries(), ...ourEntries()]);
  return new Declarations({
    read: readFromDisk,
    resolvePackage: (specifier) => entries.get(specifier),
  });
}

function named(name: string, entries: Entries): [string, string][] {
  return [...entries].map(([path, file]) => [path === "." ? name : name + path.slice(1), file]);
}
