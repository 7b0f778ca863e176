import { mkdir, mkdtemp, readdir, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { stringify } from "smol-toml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createHost,
  FreeholdError,
  readWranglerConfig,
  type WranglerConfig,
} from "../src/index.ts";
import { runs } from "./hostile/target.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "freehold-config-"));
  await mkdir(join(folder, "project"));
});

afterAll(async () => {
  // What was read has left nothing behind.
  expect(await readdir(join(folder, "project"))).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});

/** A field of each kind that the host reads, all right. */
const RIGHT = {
  name: "app",
  main: "src/worker.ts",
  compatibility_date: "2026-06-11",
  compatibility_flags: ["nodejs_compat"],
  durable_objects: {
    bindings: [{ name: "ROOM", class_name: "Room", script_name: "app" }],
  },
  migrations: [
    {
      tag: "v1",
      new_sqlite_classes: ["Room"],
      new_classes: ["Old"],
      renamed_classes: [{ from: "Old", to: "New" }],
      deleted_classes: ["New"],
    },
  ],
  services: [{ binding: "SELF", service: "app", entrypoint: "Entry", props: { a: 1 } }],
  workflows: [
    {
      binding: "FLOW",
      name: "flow",
      class_name: "Flow",
      script_name: "app",
      limits: { steps: 5 },
      schedules: ["0 * * * *"],
    },
  ],
  triggers: { crons: ["0 * * * *"] },
  vars: { GREETING: "Hello", NESTED: { a: [1] } },
  secrets: { required: ["TOKEN"] },
  assets: {
    directory: "public",
    binding: "ASSETS",
    html_handling: "none",
    not_found_handling: "none",
    run_worker_first: ["/api/*"],
  },
  env: { staging: { name: "app-staging", vars: { GREETING: "Hi" } } },
};

/** The same with classes by `exports`. */
const DECLARED = {
  name: "app",
  exports: {
    Room: { type: "durable-object", storage: "sqlite", state: "created" },
    Old: { type: "durable-object", state: "renamed", renamed_to: "Room" },
  },
};

type Path = readonly (string | number)[];

/** Every place in a value, the value itself apart. */
function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = [...path, Array.isArray(value) ? Number(key) : key];
    return [place, ...placesIn(inner, place)];
  });
}

/** The value with something else in one place. */
function put(value: unknown, [step, ...rest]: Path, other: unknown): unknown {
  if (step === undefined) return other;
  if (Array.isArray(value)) {
    return value.map((inner, index) => (index === step ? put(inner, rest, other) : inner));
  }
  const record = value as Record<string, unknown>;
  return { ...record, [step]: put(record[step], rest, other) };
}

const WRONG: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e300,
  "",
  " ",
  "\0",
  "../..",
  "/",
  "a".repeat(100_000),
  "\ud800",
  "__proto__",
  [],
  [[]],
  [null],
  [0, "x", {}],
  {},
  { "": {} },
  { constructor: { prototype: { polluted: true } } },
  JSON.parse('{"__proto__":{"polluted":true}}'),
  Array.from({ length: 3 }, () => ({ name: "__proto__", class_name: "constructor", tag: "t" })),
];

/** Nothing for what TOML cannot say. */
function asToml(value: unknown): string | undefined {
  try {
    return stringify(value as Record<string, unknown>);
  } catch {
    return undefined;
  }
}

interface Files {
  readonly [name: string]: string | Uint8Array;
}

/** Reads a configuration: it is read, or refused with a code. */
async function read(file: string, files: Files, environment?: string) {
  const directory = join(folder, "project");
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(directory, name), content);
  }
  try {
    const options = environment === undefined ? {} : { environment };
    const { config, warnings } = await readWranglerConfig(join(directory, file), options);
    checkConfig(config);
    for (const warning of warnings) expect(warning).toBeTypeOf("string");
    return config;
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    expect(error.code).toMatch(/^(CONFIG|SECRETS)_[A-Z_]+$/);
    expect(error.message.slice(0, 2000)).toContain(directory);
    expect(error.help).not.toBe("");
    return error;
  } finally {
    for (const name of Object.keys(files)) await unlink(join(directory, name));
    checkPrototypes();
  }
}

function checkPrototypes(): void {
  expect(Reflect.get({}, "polluted")).toBe(undefined);
  expect(Reflect.get([], "polluted")).toBe(undefined);
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
}

/** What becomes the name of a file or a class is safe as one. */
function checkConfig(config: WranglerConfig): void {
  expect(config.name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]*$/);
  for (const name of config.durableClasses) expect(name).toMatch(/^[A-Za-z_$][\w$]*$/);
  for (const { name, className } of config.durableObjects) {
    expect([typeof name, className]).toEqual([
      "string",
      expect.stringMatching(/^[A-Za-z_$][\w$]*$/),
    ]);
  }
  for (const value of Object.values(config.secrets ?? {})) expect(value).toBeTypeOf("string");
  expect([null, Object.prototype]).toContain(Object.getPrototypeOf(config.vars));
}

const codeOf = (outcome: WranglerConfig | FreeholdError) =>
  outcome instanceof FreeholdError ? outcome.code : undefined;

describe("hostile configuration", () => {
  test("that is right is read, by every way", async () => {
    expect(codeOf(await read("wrangler.jsonc", { "wrangler.jsonc": JSON.stringify(RIGHT) }))).toBe(
      undefined,
    );
    expect(codeOf(await read("wrangler.toml", { "wrangler.toml": stringify(RIGHT) }))).toBe(
      undefined,
    );
    const declared = JSON.stringify(DECLARED);
    expect(codeOf(await read("wrangler.jsonc", { "wrangler.jsonc": declared }))).toBe(undefined);
  });

  test.each([
    ["fields", RIGHT],
    ["declared classes", DECLARED],
  ])("with a wrong value in each place: %s", async (_what, right) => {
    let refused = 0;
    for (const place of placesIn(right)) {
      for (const wrong of WRONG) {
        const text = JSON.stringify(put(right, place, wrong));
        const environment = place[0] === "env" ? "staging" : undefined;
        const outcome = await read("wrangler.jsonc", { "wrangler.jsonc": text }, environment);
        if (codeOf(outcome) !== undefined) refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(placesIn(right).length);
  });

  test("with a wrong value in each place of a TOML file", async () => {
    let written = 0;
    for (const place of placesIn(RIGHT)) {
      for (const wrong of WRONG) {
        const text = asToml(put(RIGHT, place, wrong));
        if (text === undefined) continue;
        written += 1;
        await read("wrangler.toml", { "wrangler.toml": text });
      }
    }
    expect(written).toBeGreaterThan(10 * placesIn(RIGHT).length);
  });

  test("broken anywhere", async () => {
    const texts = [
      ["wrangler.jsonc", JSON.stringify(RIGHT, null, 1)],
      ["wrangler.toml", stringify(RIGHT)],
    ] as const;
    const bit = fc.constantFrom(
      '"',
      "{",
      "}",
      "[",
      "]",
      ",",
      "\0",
      "\n",
      "//",
      "/*",
      "=",
      "'''",
      "\u2028",
      "",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.nat({ max: 30 }),
        bit,
        async ([file, text], at, gone, more) => {
          const place = at % text.length;
          await read(file, { [file]: text.slice(0, place) + more + text.slice(place + gone) });
        },
      ),
      runs(600),
    );
  });

  test("of any bytes, with any secrets beside it", async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: "binary", maxLength: 100 }).map((text) => Buffer.from(text)),
      fc.constantFrom(
        Buffer.from([0xff, 0xfe, 0x7b, 0, 0x7d, 0]),
        Buffer.from([0xef, 0xbb, 0xbf]),
        Buffer.from('\ufeff{"name":"a"}'),
        Buffer.alloc(1000),
      ),
    );
    const file = fc.constantFrom("wrangler.jsonc", "wrangler.json", "wrangler.toml");
    await fc.assert(
      fc.asyncProperty(file, bytes, async (name, content) => {
        await read(name, { [name]: content });
      }),
      runs(300),
    );
    const secret = fc.constantFrom(".dev.vars", ".env", ".env.local", ".dev.vars.staging");
    const line = fc
      .tuple(
        fc.constantFrom(
          "TOKEN",
          "__proto__",
          "constructor",
          "toString",
          "",
          "a b",
          "=",
          "export X",
        ),
        fc.constantFrom("=", " = ", ": ", ""),
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 20 }),
          fc.constantFrom('"open', "'x'", "$HOME", "`a`"),
        ),
      )
      .map((parts) => parts.join(""));
    const secrets = fc.oneof(
      bytes,
      fc.array(line).map((lines) => lines.join("\n")),
    );
    await fc.assert(
      fc.asyncProperty(secret, secrets, async (name, content) => {
        const config = JSON.stringify({ ...RIGHT, secrets: undefined });
        const files = { "wrangler.jsonc": config, [name]: content };
        expect(codeOf(await read("wrangler.jsonc", files, "staging"))).toBe(undefined);
      }),
      runs(300),
    );
  });

  test("secrets that nobody set are missing, whatever they are called", async () => {
    const required = ["constructor", "toString", "__proto__", "hasOwnProperty", "SET"];
    const text = JSON.stringify({ name: "a", secrets: { required } });
    const config = await read("wrangler.jsonc", { "wrangler.jsonc": text, ".dev.vars": "SET=1" });
    expect(config).toHaveProperty("secrets", { SET: "1" });
  });

  test.each([
    ["itself", "A=x$A"],
    ["each other", "A=x$B\nB=y$A\nC=$A$B"],
    ["each other, over and over", `A=${"x".repeat(100)}\nA=$A$A$A`],
    ["what is not there, in parts", "A=#{#{B}\nB=#{:-}\nC=#{C:-#{C:-#{C\nD=#\nE=#{}"],
  ])("variables that refer to %s are read", async (_what, text) => {
    const files = { "wrangler.jsonc": '{"name":"a"}', ".env": text.replaceAll("#", "$") };
    expect(codeOf(await read("wrangler.jsonc", files))).toBe(undefined);
  });

  test("variables that refer to each other do not fill the memory", async () => {
    const lines = Array.from({ length: 60 }, (_, index) => `A${index + 1}=$A${index}$A${index}`);
    await writeFile(join(folder, "project/wrangler.jsonc"), '{"name":"a"}');
    await writeFile(join(folder, "project/.env"), `A0=xxxxxxxx\n${lines.join("\n")}`);
    const reading = readWranglerConfig(join(folder, "project/wrangler.jsonc"));
    await expect(reading).rejects.toMatchObject({ code: "SECRETS_TOO_LARGE" });
    for (const name of ["wrangler.jsonc", ".env"]) await unlink(join(folder, "project", name));
  });

  test.each([
    ["an empty file", ""],
    ["a huge file", `{"vars":{"A":"${"x".repeat(5_000_000)}"}}`],
    ["a deep array", "[".repeat(200_000)],
    ["a deep object", '{"a":'.repeat(100_000)],
    ["deep and closed", `{"vars":{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}}`],
    ["an array", "[]"],
    ["a number", "5"],
    ["two objects", "{}{}"],
    ["an unclosed comment", "{} /*"],
    ["a name twice, the second wrong", '{"name":"a","name":5}'],
  ])("%s", async (_what, text) => {
    const outcome = await read("wrangler.jsonc", { "wrangler.jsonc": text });
    expect(codeOf(outcome)).toMatch(/^CONFIG_(SYNTAX|INVALID)$/);
  });

  test.each([
    ["deep", `a = ${"[".repeat(100_000)}`],
    ["deep tables", `[${"a.".repeat(50_000)}b]\n`],
    ["a table of itself", "[a]\nb = 1\n[a.b]\nc = 1\n"],
    [
      "a key of the prototype",
      "[__proto__]\npolluted = true\n[constructor.prototype]\npolluted = true\n",
    ],
    ["a date where a text belongs", "name = 1979-05-27T07:32:00Z"],
    ["a number that is none", "vars = nan"],
    ["a huge integer", "vars = 99999999999999999999"],
  ])("TOML: %s", async (_what, text) => {
    await read("wrangler.toml", { "wrangler.toml": text });
  });

  test("a folder or nothing in place of a file", async () => {
    await mkdir(join(folder, "wrangler.jsonc"));
    for (const path of [join(folder, "wrangler.jsonc"), join(folder, "none.jsonc"), "a\0b", ""]) {
      await expect(readWranglerConfig(path)).rejects.toMatchObject({ code: "CONFIG_UNREADABLE" });
    }
    await mkdir(join(folder, "secrets"));
    await writeFile(join(folder, "secrets/wrangler.json"), "{}");
    await mkdir(join(folder, "secrets/.dev.vars"));
    const reading = readWranglerConfig(join(folder, "secrets/wrangler.json"));
    await expect(reading).rejects.toMatchObject({ code: "SECRETS_UNREADABLE" });
  });

  test("an environment with a name of the prototype is none", async () => {
    for (const environment of ["__proto__", "constructor", "toString", " "]) {
      const text = JSON.stringify(RIGHT);
      const outcome = await read("wrangler.jsonc", { "wrangler.jsonc": text }, environment);
      expect(codeOf(outcome)).toBe("CONFIG_ENVIRONMENT_UNKNOWN");
    }
  });

  test("a host starts on what was read, or says why not", async () => {
    const before = (await readdir(folder)).length;
    const { assets: _, ...right } = RIGHT;
    const places = placesIn(right);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        fc.constantFrom(...WRONG),
        async (place, wrong) => {
          const text = JSON.stringify(put(right, place, wrong));
          const config = await read("wrangler.jsonc", { "wrangler.jsonc": text });
          if (config instanceof FreeholdError) return;
          const dataDirectory = join(folder, "data");
          await mkdir(dataDirectory);
          try {
            const host = await createHost({
              worker: async () => ({ default: { fetch: () => new Response("fine") } }),
              config,
              dataDirectory,
              durability: "memory",
            });
            expect(await (await host.fetch(new Request("http://x/"))).text()).toBe("fine");
            await host.close();
          } catch (error) {
            if (!(error instanceof FreeholdError)) throw error;
            expect([error.code, error.help]).not.toContain("");
          }
          await rm(dataDirectory, { recursive: true });
        },
      ),
      runs(80),
    );
    expect((await readdir(folder)).length).toBe(before);
  });
});
