import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FreeholdError } from "../errors.ts";
import { type ReadConfigOptions, readWranglerConfig } from "./read.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "freehold-config-"));
  vi.stubEnv("CLOUDFLARE_ENV", "");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function read(
  text: string,
  { name = "wrangler.jsonc", ...options }: ReadConfigOptions & { name?: string } = {},
) {
  const file = join(folder, name);
  await writeFile(file, text);
  return readWranglerConfig(file, options);
}

const PROJECT = `{
  // A comment, and commas at the end.
  "$schema": "x",
  "name": "chat",
  "main": "src/server.ts",
  "compatibility_date": "2026-06-11",
  "compatibility_flags": ["nodejs_compat"],
  "durable_objects": {
    "bindings": [
      { "name": "Chat", "class_name": "Chat" },
      { "name": "Other", "class_name": "Other", "script_name": "elsewhere" },
    ],
  },
  "migrations": [
    { "tag": "v1", "new_sqlite_classes": ["Old", "Gone"], "new_classes": ["Plain"] },
    {
      "tag": "v2",
      "renamed_classes": [{ "from": "Old", "to": "Chat" }],
      "deleted_classes": ["Gone", "Plain"],
    },
  ],
  "triggers": { "crons": ["*/5 * * * *"] },
  "queues": { "producers": [] },
  "assets": {
    "directory": "public",
    "binding": "ASSETS",
    "not_found_handling": "single-page-application",
    "run_worker_first": ["/agents/*", "!/agents/docs/*"],
  },
  "vars": { "TEXT": "a", "LIST": [1, { "b": null }] },
  "kv_namespaces": [],
  "something_new": 1,
  "env": {
    "staging": { "vars": { "TEXT": "staging" }, "durable_objects": { "bindings": [] } },
  },
}`;

describe("a project's configuration", () => {
  test("is read with what it leaves undone", async () => {
    const { config, warnings } = await read(PROJECT);
    expect(config).toEqual({
      name: "chat",
      main: join(folder, "src/server.ts"),
      compatibilityDate: "2026-06-11",
      compatibilityFlags: ["nodejs_compat"],
      durableObjects: [{ name: "Chat", className: "Chat" }],
      durableClasses: ["Chat"],
      migrations: [
        {
          tag: "v1",
          created: [
            { className: "Old", storage: "sqlite" },
            { className: "Gone", storage: "sqlite" },
            { className: "Plain", storage: "key-value" },
          ],
          renamed: [],
          deleted: [],
        },
        {
          tag: "v2",
          created: [],
          renamed: [{ from: "Old", to: "Chat" }],
          deleted: ["Gone", "Plain"],
        },
      ],
      declaredClasses: [],
      crons: ["*/5 * * * *"],
      services: [],
      workflows: [],
      workerLoaders: [],
      sendEmail: [],
      vectorize: [],
      vars: { TEXT: "a", LIST: [1, { b: null }] },
      secrets: {},
      assets: {
        directory: join(folder, "public"),
        binding: "ASSETS",
        htmlHandling: "auto-trailing-slash",
        notFoundHandling: "single-page-application",
        runWorkerFirst: ["/agents/*", "!/agents/docs/*"],
      },
      dev: {},
    });
    const named = ["elsewhere", "queues", "kv_namespaces", "something_new"];
    expect(warnings).toHaveLength(named.length);
    for (const [index, name] of named.entries()) expect(warnings[index]).toContain(name);
  });

  test("has environments, which inherit some fields and not others", async () => {
    const { config } = await read(PROJECT, { environment: "staging" });
    expect(config).toMatchObject({
      name: "chat-staging",
      main: join(folder, "src/server.ts"),
      durableClasses: ["Chat"],
      durableObjects: [],
      vars: { TEXT: "staging" },
    });
    await expect(read(PROJECT, { environment: "nowhere" })).rejects.toMatchObject({
      code: "CONFIG_ENVIRONMENT_UNKNOWN",
      message: expect.stringContaining("it has: staging"),
    });
    vi.stubEnv("CLOUDFLARE_ENV", "staging");
    expect((await read(PROJECT)).config.name).toBe("chat-staging");
  });

  const BINDINGS = `agent_memory ai_search ai_search_namespaces analytics_engine_datasets artifacts browser
    containers d1_databases dispatch_namespaces flagship hyperdrive images kv_namespaces media
    mtls_certificates pipelines queues r2_buckets ratelimits secrets_store_secrets stream
    version_metadata websearch`;
  const OTHERS =
    "access alias cache define limits python_modules route routes rules site tail_consumers unsafe";
  const SILENT = `account_id base_dir build find_additional_modules keep_names keep_vars logpush minify
    no_bundle observability placement preview_urls tsconfig upload_source_maps workers_dev`;
  const words = (text: string) => text.trim().split(/\s+/);

  test.each(words(BINDINGS))("names %s, which puts nothing on env here", async (name) => {
    const { warnings } = await read(JSON.stringify({ name: "a", [name]: {} }));
    expect(warnings).toEqual([expect.stringMatching(`^.${name}. .* missing from env`)]);
    // Those must be said again for an environment.
    const live = await read(JSON.stringify({ [name]: {}, env: { live: {} } }), {
      environment: "live",
    });
    expect(live.warnings).toEqual([]);
    const own = JSON.stringify({ env: { live: { [name]: {} } } });
    expect((await read(own, { environment: "live" })).warnings).toHaveLength(1);
  });

  test.each(words(OTHERS))("names %s, which has no effect", async (name) => {
    const text = JSON.stringify({ name: "a", [name]: {}, env: { live: {} } });
    const named = [expect.stringMatching(`^.${name}. .* has no effect`)];
    expect((await read(text)).warnings).toEqual(named);
    const flows = !["define", "tail_consumers", "unsafe"].includes(name);
    const { warnings } = await read(text, { environment: "live" });
    expect(warnings).toEqual(flows ? named : []);
  });

  test("is silent about what a host of one's own has no use for", async () => {
    const fields = Object.fromEntries(words(SILENT).map((name) => [name, {}]));
    expect((await read(JSON.stringify({ name: "a", ...fields }))).warnings).toEqual([]);
  });

  test("flows into an environment as far as it may", async () => {
    const top = {
      name: "a",
      main: "top.ts",
      compatibility_date: "2026-01-01",
      compatibility_flags: ["nodejs_compat"],
      migrations: [{ tag: "v1", new_sqlite_classes: ["A"] }],
      triggers: { crons: ["* * * * *"] },
      assets: { directory: "public" },
      vars: { V: 1 },
      secrets: { required: ["NEVER"] },
      durable_objects: { bindings: [{ name: "A", class_name: "A" }] },
      services: [{ binding: "S", service: "a" }],
      workflows: [{ binding: "W", name: "w", class_name: "W" }],
    };
    const own = {
      name: "b",
      main: "own.ts",
      compatibility_date: "2026-02-02",
      compatibility_flags: [],
      migrations: [{ tag: "v2", new_sqlite_classes: ["B"] }],
      triggers: { crons: [] },
      assets: { directory: "other" },
    };
    const text = JSON.stringify({ ...top, env: { bare: {}, own } });
    const bare = await read(text, { environment: "bare" });
    expect(bare.warnings).toEqual([]);
    expect(bare.config).toMatchObject({
      name: "a-bare",
      main: join(folder, "top.ts"),
      compatibilityDate: "2026-01-01",
      compatibilityFlags: ["nodejs_compat"],
      durableClasses: ["A"],
      crons: ["* * * * *"],
      assets: { directory: join(folder, "public") },
      vars: {},
      durableObjects: [],
      services: [],
      workflows: [],
      workerLoaders: [],
      sendEmail: [],
      vectorize: [],
    });
    expect((await read(text, { environment: "own" })).config).toMatchObject({
      name: "b",
      main: join(folder, "own.ts"),
      compatibilityDate: "2026-02-02",
      compatibilityFlags: [],
      durableClasses: ["B"],
      crons: [],
      assets: { directory: join(folder, "other") },
    });
  });

  test("says where to listen in development", async () => {
    const text = '{"name":"a","dev":{"ip":"0.0.0.0","port":9000},"env":{"live":{}}}';
    expect((await read(text)).config.dev).toEqual({ ip: "0.0.0.0", port: 9000 });
    const live = await read(text, { environment: "live" });
    expect([live.config.dev, live.warnings]).toEqual([{ ip: "0.0.0.0", port: 9000 }, []]);
    await expect(read('{"dev":{"port":"9000"}}')).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  test("may be TOML", async () => {
    const { config } = await read(
      `name = "chat"
main = "src/index.ts"
compatibility_date = "2026-06-11"

[[durable_objects.bindings]]
name = "Chat"
class_name = "Chat"

[[migrations]]
tag = "v1"
new_sqlite_classes = ["Chat"]

[vars]
TEXT = "a"
`,
      { name: "wrangler.toml" },
    );
    expect(config).toMatchObject({
      name: "chat",
      durableObjects: [{ name: "Chat", className: "Chat" }],
      durableClasses: ["Chat"],
      vars: { TEXT: "a" },
    });
  });

  test("declares classes by `exports` too", async () => {
    const { config } = await read(
      '{"name":"a","exports":{"Chat":{"type":"durable-object","storage":"sqlite"},"default":{"type":"worker"}}}',
    );
    expect(config.durableClasses).toEqual(["Chat"]);
    expect(config.declaredClasses).toEqual([
      { state: "created", className: "Chat", storage: "sqlite" },
    ]);
    const { config: later, warnings } = await read(
      `{"name":"a","exports":{
        "Chat":{"type":"durable-object","state":"renamed","renamed_to":"Room"},
        "Old":{"type":"durable-object","state":"deleted"},
        "Moved":{"type":"durable-object","state":"transferred","transferred_to":"b"},
        "Plain":{"type":"durable-object","storage":"legacy-kv"}}}`,
    );
    expect(later.declaredClasses).toEqual([
      { state: "renamed", className: "Chat", to: "Room" },
      { state: "deleted", className: "Old" },
      { state: "created", className: "Plain", storage: "key-value" },
    ]);
    expect(warnings).toEqual([expect.stringContaining("exports.Moved")]);
  });
});

describe("secrets", () => {
  const text = '{"name":"a","vars":{"KEY":"public"},"env":{"live":{}}}';
  const put = (name: string, content: string) => writeFile(join(folder, name), content);

  test("come from .dev.vars, which an environment's own file replaces", async () => {
    await put(".dev.vars", 'KEY="secret"\nOTHER=x # comment\n');
    await put(".env", "IGNORED=1");
    expect((await read(text)).config.secrets).toEqual({ KEY: "secret", OTHER: "x" });
    expect((await read(text, { environment: "live" })).config.secrets).toEqual({
      KEY: "secret",
      OTHER: "x",
    });
    await put(".dev.vars.live", "KEY=live");
    expect((await read(text, { environment: "live" })).config.secrets).toEqual({ KEY: "live" });
  });

  test("come from .env files, most specific last, only without .dev.vars", async () => {
    await put(".env", "A=1\nB=1\nC=1\nD=1\nE=$A");
    await put(".env.local", "B=2\nC=2\nD=2");
    await put(".env.live", "A=3\nC=3\nD=3");
    await put(".env.live.local", "D=4");
    const own = { A: "1", B: "2", C: "2", D: "2", E: "1" };
    expect((await read(text)).config.secrets).toEqual(own);
    const live = { A: "3", B: "2", C: "3", D: "4", E: "3" };
    expect((await read(text, { environment: "live" })).config.secrets).toEqual(live);
    vi.stubEnv("CLOUDFLARE_ENV", "live");
    expect((await read(text)).config.secrets).toEqual(live);
    expect((await read(text, { environment: "" })).config.secrets).toEqual(own);
    vi.stubEnv("CLOUDFLARE_ENV", "");
    vi.stubEnv("FREEHOLD_TEST_VARIABLE", "of the process");
    vi.stubEnv("CLOUDFLARE_INCLUDE_PROCESS_ENV", "true");
    const { secrets } = (await read(text)).config;
    expect(secrets).toMatchObject({ ...own, FREEHOLD_TEST_VARIABLE: "of the process" });
    vi.stubEnv("CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV", "false");
    expect((await read(text)).config.secrets).toEqual({});
  });

  // As wrangler reads them.
  test.each([
    ["A=1\nV=${A}x", "1x"],
    ["A=1\nV=$A$B-$A", "1-1"],
    ["V=${LATER}\nLATER=1", ""],
    ["A=1\nV='$A'", "1"],
    ['A=1\nV="$A"', "1"],
    ["V=\\$A", "$A"],
    ["V=${NONE:-default}", "default"],
    ["V=${NONE-default}", "default"],
    ["A=1\nV=${A:-no}", "1"],
    ["A=1\nV=${NONE:-$A}", "1"],
    ["A=1\nV=${NONE:-${A}}", "1"],
    ["V=${NONE:+with}", ""],
    ["A=1\nV=${A:+with}", "with"],
    ["V=$V", ""],
    ["V=${}", "${}"],
    ["V=$ A", "$ A"],
    ["V=$PATH", ""],
    ["V=costs 5$", "costs 5$"],
  ])("in a .env file, %j sets %j", async (lines, value) => {
    await put(".env", lines);
    expect((await read(text)).config.secrets?.V).toBe(value);
    await put(".dev.vars", "V=${A}x");
    expect((await read(text)).config.secrets?.V).toBe("${A}x");
  });

  test("come from named files, and from no others", async () => {
    await put(".dev.vars", "A=1");
    await put("one", "B=1\nC=1");
    await put("two", "C=2\nD=$B");
    const envFiles = ["one", "missing", "two"].map((name) => join(folder, name));
    expect((await read(text, { envFiles })).config.secrets).toEqual({ B: "1", C: "2", D: "1" });
  });

  test("are only those that are listed, if any are", async () => {
    await put(".dev.vars", "KEY=1\nOTHER=2");
    const listed = '{"name":"a","secrets":{"required":["KEY","MISSING"]}}';
    const { config, warnings } = await read(listed);
    expect(config.secrets).toEqual({ KEY: "1" });
    expect(warnings).toEqual([expect.stringContaining("MISSING")]);
    vi.stubEnv("MISSING", "from the environment");
    vi.stubEnv("KEY", "the file stands before it");
    expect((await read(listed)).config.secrets).toEqual({
      KEY: "1",
      MISSING: "from the environment",
    });
    vi.unstubAllEnvs();
  });
});

describe("mistakes name the place", () => {
  test.each([
    ["{", "CONFIG_SYNTAX", ":1:"],
    ['{\n  "name": "a"\n  "main": 1\n}', "CONFIG_SYNTAX", ":3:"],
    ["", "CONFIG_SYNTAX", ""],
    ["[]", "CONFIG_SYNTAX", "no object"],
    ['{\n"name": "../x"}', "CONFIG_INVALID", ":2: `name`"],
    ['{"name": 5}', "CONFIG_INVALID", "`name`"],
    ['{"main": ""}', "CONFIG_INVALID", "`main`"],
    ['{"main": "a\\u0000b"}', "CONFIG_INVALID", "`main`"],
    ['{"compatibility_date": "soon"}', "CONFIG_INVALID", "`compatibility_date`"],
    ['{"vars": []}', "CONFIG_INVALID", "`vars` must be an object"],
    [
      '{"durable_objects": {\n"bindings": [\n{"name": "A"}]}}',
      "CONFIG_INVALID",
      ":3: `durable_objects.bindings[0].class_name`",
    ],
    [
      '{"durable_objects": {"bindings": [{"name": "A", "class_name": "../x"}]}}',
      "CONFIG_INVALID",
      "class_name",
    ],
    [
      '{"durable_objects": {"bindings": [{"name":"A","class_name":"B"},{"name":"A","class_name":"C"}]}}',
      "CONFIG_INVALID",
      "bindings[1].name` must be unique",
    ],
    ['{"assets": {"not_found_handling": "shrug"}}', "CONFIG_INVALID", '"single-page-application"'],
    ['{"assets": {"run_worker_first": ["agents/*"]}}', "CONFIG_INVALID", "run_worker_first"],
    ['{"migrations": [5]}', "CONFIG_INVALID", "`migrations[0]` must be an object"],
    ['{"migrations": [{"tag": "a"}, {"tag": "a"}]}', "CONFIG_INVALID", "[1].tag` must be unique"],
    ['{"migrations": [{"tag": "a", "new_classes": ["../x"]}]}', "CONFIG_INVALID", "new_classes"],
    [
      '{"migrations": [{"tag": "a"}], "exports": {"A": {"type": "durable-object"}}}',
      "CONFIG_INVALID",
      "`migrations` must be absent",
    ],
    [
      '{"exports": {"A": {"type": "durable-object", "state": "renamed"}}}',
      "CONFIG_INVALID",
      "`exports.A.renamed_to`",
    ],
    ['{"exports": {"../x": {"type": "durable-object"}}}', "CONFIG_INVALID", "exports.../x"],
    ['{"triggers": {"crons": ["* * * * *", "@daily"]}}', "CONFIG_INVALID", "(entry 1)"],
    ["[".repeat(200_000), "CONFIG_SYNTAX", ""],
  ])("%.60s", async (text, code, part) => {
    const error = await read(text).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FreeholdError);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(part);
    expect((error as Error).message).toContain("wrangler.jsonc");
  });

  test("TOML syntax", async () => {
    await expect(read('name = "a"\nmain = \n', { name: "wrangler.toml" })).rejects.toMatchObject({
      code: "CONFIG_SYNTAX",
      message: expect.stringContaining("wrangler.toml:2"),
    });
  });

  test("a file that is not there", async () => {
    await expect(readWranglerConfig(join(folder, "none.jsonc"))).rejects.toMatchObject({
      code: "CONFIG_UNREADABLE",
    });
    await expect(readWranglerConfig(folder)).rejects.toMatchObject({ code: "CONFIG_UNREADABLE" });
  });

  test("a key named __proto__ is an ordinary one", async () => {
    const { config } = await read('{"name":"a","vars":{"__proto__":{"polluted":true},"b":1}}');
    expect(Object.keys(config.vars)).toEqual(["__proto__", "b"]);
    expect(Object.getPrototypeOf(config.vars)).toBe(Object.prototype);
  });

  test("any JSON and any text is read or refused with a code", async () => {
    const keys = fc.constantFrom(
      "name",
      "main",
      "vars",
      "assets",
      "migrations",
      "durable_objects",
      "exports",
      "env",
      "secrets",
      "compatibility_flags",
      "bindings",
      "directory",
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: "small" },
        fc.jsonValue({ maxDepth: 1 }),
        fc.dictionary(keys, tie("any")),
        fc.array(tie("any"), { maxLength: 3 }),
      ),
    })).any;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.dictionary(keys, value).map((one) => JSON.stringify(one)),
          fc.string(),
        ),
        async (text) => {
          const error = await read(text).then(
            () => undefined,
            (reason: unknown) => reason,
          );
          if (error !== undefined && !(error instanceof FreeholdError)) throw error;
        },
      ),
      { numRuns: 300 },
    );
  });
});
