import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkSamples, type Diagnostics } from "./support/check.ts";
import { type Exports, readSamples } from "./support/samples.ts";

const packageFolder = join(import.meta.dirname, "../..");
const published = join(packageFolder, "../../node_modules/agents");

/** The pages about agents, their rooms and their clients. */
const PAGES = [
  "adding-to-existing-project",
  "agent-class",
  "callable-methods",
  "client-sdk",
  "configuration",
  "context",
  "cross-domain-authentication",
  "get-current-agent",
  "getting-started",
  "http-websockets",
  "index",
  "lifecycle",
  "long-running-agents",
  "observability",
  "push-notifications",
  "queue",
  "readonly-connections",
  "retries",
  "routing",
  "scheduling",
  "sessions",
  "state",
  "streams",
  "webhooks",
].map((page) => `${page}.md`);

/** Entries whose names samples use without importing them. */
const ENTRIES = [
  ...["", "/client", "/react", "/routing", "/observability", "/lifecycle", "/schedules"],
  ...["/streams", "/sessions", "/context"],
];

/** Samples that need a room which is still to be built. */
const LATER: Readonly<Record<string, string>> = {
  "index.md:8": "MCP",
};

/**
 * Every sample compiles with ours as with the published package. Most are fragments, in which names
 * are missing; so ours may not add a complaint to those that the published package gives.
 */
test("samples of the published documentation compile with ours", () => {
  const samples = readSamples(join(published, "docs"), PAGES, publishedExports());
  expect(samples.length).toBeGreaterThan(250);
  const theirs = checkSamples(packageFolder, samples, "agents");
  const ours = checkSamples(packageFolder, samples, "@freehold/agents");
  const worse = samples.flatMap(({ name, origin }) => {
    const added = withoutEach(complaints(ours, name), complaints(theirs, name));
    return added.length > 0 ? [{ origin, added: added.map(({ text }) => text) }] : [];
  });
  const unexpected = worse.filter(({ origin }) => !Object.hasOwn(LATER, origin));
  expect(unexpected).toEqual([]);
  const built = Object.keys(LATER).filter((origin) => !worse.some((one) => one.origin === origin));
  expect(built, "these compile now and no longer belong into LATER").toEqual([]);
  // The comparison would prove nothing if the published package failed as well.
  const clean = samples.filter(({ name }) => !theirs.has(name));
  expect(clean.length).toBeGreaterThan(90);
});

interface Complaint {
  /** What is compared: whole texts differ by the names of types, and by what they suggest. */
  readonly key: string;
  readonly text: string;
}

/** Complaints about a name that is missing; the compiler has another number where it suggests one. */
const MISSING: Readonly<Record<string, string>> = {
  TS2304: "name",
  TS2552: "name",
  TS2305: "export",
  TS2724: "export",
  TS2307: "module",
  TS2339: "property",
  TS2551: "property",
};

function complaints(diagnostics: Diagnostics, sample: string): Complaint[] {
  return (diagnostics.get(sample) ?? []).map((text) => {
    const [code = ""] = text.split(":");
    const kind = MISSING[code];
    const named = /'"?([^'"]*)/.exec(text.replaceAll("@freehold/agents", "agents"))?.[1];
    return { key: kind ? `${kind} ${named}` : code, text };
  });
}

function withoutEach(from: readonly Complaint[], taken: readonly Complaint[]): Complaint[] {
  const left = taken.map(({ key }) => key);
  return from.filter(({ key }) => {
    const index = left.indexOf(key);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

function publishedExports(): Exports {
  const { exports } = JSON.parse(readFileSync(join(published, "package.json"), "utf8")) as {
    exports: Record<string, { types: string }>;
  };
  return new Map(
    ENTRIES.map((entry) => {
      const { types = "" } = exports[`.${entry}`] ?? {};
      const text = readFileSync(join(published, types), "utf8");
      const list = [...text.matchAll(/^export \{([^}]*)\}/gm)].map(([, names = ""]) => names);
      const names = list
        .join()
        .split(",")
        .map((name) => name.trim().replace(/^(?:type )?(?:.* as )?/, ""))
        .filter((name) => /^[A-Za-z]\w*$/.test(name) && name !== "default");
      return [`agents${entry}`, names] as const;
    }),
  );
}
