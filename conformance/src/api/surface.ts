import type { ExportKind } from "./declarations.ts";
import { membersOf } from "./members.ts";
import { counterpart, followedDeclarations, ourEntries, publishedEntries } from "./packages.ts";

/** One way in which ours is not as the published packages are. */
export interface ApiDifference {
  /**
   * `entry:agents/voice`, `export:agents#Agent`, `member:Agent.sql`, `table:MatrixAgent.name`,
   * `frame:MatrixAgent.type`; with `extra-` in front when it is only ours.
   */
  readonly id: string;
  /** What differs, for people. */
  readonly detail: string;
}

/** The classes whose members are compared: published entry, and the class. */
const CLASSES = [
  ["agents", "Agent"],
  ["agents/client", "AgentClient"],
  ["@cloudflare/ai-chat", "AIChatAgent"],
] as const;

/** Compares entries, exports and members as the declarations give them. */
export function compareSurface(): ApiDifference[] {
  const members = CLASSES.flatMap(([entry, name]) => compareMembers(entry, name));
  const ofAgent = new Set(members.map(({ id }) => id).filter((id) => id.includes(":Agent.")));
  // What is missing from Agent is missing from its heirs as well: said once.
  const isInherited = ({ id }: ApiDifference) =>
    id.includes(":AIChatAgent.") && ofAgent.has(id.replace(":AIChatAgent.", ":Agent."));
  return [...compareExports(), ...members.filter((difference) => !isInherited(difference))];
}

function compareExports(): ApiDifference[] {
  const declarations = followedDeclarations();
  const ours = ourEntries();
  const differences: ApiDifference[] = [];
  const covered = new Map<string, Set<string>>();
  for (const [entry, file] of publishedEntries()) {
    const theirs = declarations.exportsOf(file);
    if (theirs.size === 0) continue;
    const mine = ours.get(counterpart(entry));
    if (mine === undefined) {
      const names = `${theirs.size} names`;
      differences.push({ id: `entry:${entry}`, detail: `ours has no such entry (${names})` });
      continue;
    }
    const present = declarations.exportsOf(mine);
    differences.push(...compareNames(entry, theirs, present));
    const known = covered.get(counterpart(entry)) ?? new Set();
    covered.set(counterpart(entry), known.union(new Set(theirs.keys())));
  }
  for (const [entry, file] of ours) {
    const known = covered.get(entry);
    if (known === undefined) {
      differences.push({ id: `extra-entry:${entry}`, detail: "only ours" });
      continue;
    }
    for (const name of declarations.exportsOf(file).keys()) {
      if (known.has(name)) continue;
      differences.push({ id: `extra-export:${entry}#${name}`, detail: "only ours" });
    }
  }
  return differences;
}

/** The names of one entry that are missing, or are there only as types. */
export function compareNames(
  entry: string,
  theirs: ReadonlyMap<string, ExportKind>,
  ours: ReadonlyMap<string, ExportKind>,
): ApiDifference[] {
  return [...theirs].flatMap(([name, kind]) => {
    const id = `export:${entry}#${name}`;
    const mine = ours.get(name);
    if (mine === undefined) return [{ id, detail: `ours has no such ${kind}` }];
    return kind === "value" && mine === "type" ? [{ id, detail: "ours is only a type" }] : [];
  });
}

function compareMembers(entry: string, name: string): ApiDifference[] {
  const declarations = followedDeclarations();
  const file = ourEntries().get(counterpart(entry));
  if (file === undefined || !declarations.exportsOf(file).has(name)) return [];
  const theirs = membersOf(declarations, publishedEntries().get(entry)!, name);
  const ours = membersOf(declarations, file, name);
  const missing = [...theirs.difference(ours)].map((member) => ({
    id: `member:${name}.${member}`,
    detail: "ours has no such member",
  }));
  const extra = [...ours.difference(theirs)].map((member) => ({
    id: `extra-member:${name}.${member}`,
    detail: "only ours",
  }));
  return [...missing, ...extra];
}
