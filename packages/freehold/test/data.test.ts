import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Host, loadModule, readWranglerConfig } from "@freehold/host";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installedCommand } from "../../../scripts/testing/installed.ts";
import { composeHost } from "../src/runtime/compose.ts";

/** `freehold doctor`, `backup` and `restore`, on a host that runs and on one that does not. */

const BIN = await installedCommand();
const run = promisify(execFile);
let root: string;
let host: Host | undefined;

const WORKER = `
import { DurableObject } from "cloudflare:workers";
export class Counter extends DurableObject {
  async fetch() {
    const count = ((await this.ctx.storage.get("count")) ?? 0) + 1;
    await this.ctx.storage.put("count", count);
    return Response.json(count);
  }
}
export default {
  fetch(request, env) {
    return env.COUNTER.getByName(new URL(request.url).pathname.slice(1)).fetch(request);
  },
};
`;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "fh-"));
  writeFileSync(join(root, "worker.mjs"), WORKER);
  const config = {
    name: "app",
    main: "worker.mjs",
    durable_objects: { bindings: [{ name: "COUNTER", class_name: "Counter" }] },
    migrations: [{ tag: "v1", new_sqlite_classes: ["Counter"] }],
  };
  writeFileSync(join(root, "wrangler.jsonc"), JSON.stringify(config));
  await start();
});

afterEach(async () => {
  await stop();
  rmSync(root, { recursive: true });
});

async function start(): Promise<void> {
  host = await composeHost({
    root,
    config: (await readWranglerConfig(join(root, "wrangler.jsonc"))).config,
    worker: loadModule(join(root, "worker.mjs")),
    development: false,
  });
}

async function stop(): Promise<void> {
  await host?.close();
  host = undefined;
}

async function count(name: string): Promise<unknown> {
  return (await (host as Host).fetch(new Request(`http://app/${name}`))).json();
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function freehold(...args: string[]): Promise<Outcome> {
  return await run(process.execPath, [BIN, ...args], { cwd: root }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Outcome) => error,
  );
}

test("backs up while the host runs and goes on, and restores all or one", async () => {
  for (const name of ["one", "one", "two"]) await count(name);
  let isOver = false;
  let served = 0;
  const load = (async () => {
    for (; !isOver; served += 1) await count("busy");
  })();
  const backup = join(root, "backups/first");
  expect(await freehold("backup", "backups/first")).toMatchObject({ code: 0 });
  isOver = true;
  await load;
  expect(served).toBeGreaterThan(0);
  expect(readdirSync(backup).sort()).toEqual(["backup.json", "host.sqlite", "objects"]);
  expect(statSync(backup).mode & 0o077).toBe(0);
  await count("one");
  const refused = await freehold("restore", backup, "--object", "Counter/one");
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain("DATA_DIRECTORY_IN_USE");
  await stop();
  expect(await freehold("restore", backup, "--object", "Counter/one")).toMatchObject({ code: 0 });
  await start();
  expect(await count("one")).toBe(3);
  await stop();
  const occupied = await freehold("restore", backup);
  expect(occupied.stderr).toContain("DATA_DIRECTORY_NOT_EMPTY");
  rmSync(join(root, ".freehold"), { recursive: true });
  expect(await freehold("restore", backup)).toMatchObject({ code: 0 });
  await start();
  expect([await count("one"), await count("two")]).toEqual([3, 2]);
});

test("backs up one object, and a stopped host", async () => {
  for (const name of ["one", "two"]) await count(name);
  const one = await freehold("backup", "only", "--object", "Counter/one", "--json");
  expect(JSON.parse(one.stdout)).toMatchObject({ files: 1, failed: [] });
  const unknown = await freehold("backup", "other", "--object", "Counter/nobody");
  expect(unknown).toMatchObject({ code: 1 });
  expect(unknown.stderr).toContain("OBJECT_UNKNOWN");
  await stop();
  const all = await freehold("backup", "all", "--json");
  expect(JSON.parse(all.stdout)).toMatchObject({ files: 2, failed: [] });
  const again = await freehold("backup", "all");
  expect(again.stderr).toContain("BACKUP_EXISTS");
});

test("the doctor says what it finds, and ends with 1 when that is bad", async () => {
  await count("one");
  const running = await freehold("doctor", "--json");
  const codes = (JSON.parse(running.stdout) as { findings: { code: string }[] }).findings.map(
    ({ code }) => code,
  );
  expect(codes).toEqual(
    expect.arrayContaining(["FILE_LIMIT", "CLOCK", "DISK_SPACE", "SYNC_LATENCY", "HOST_RUNS"]),
  );
  await stop();
  const well = await freehold("doctor");
  expect(well.stdout).toContain("1 file of an object is sound.");
  expect(well.code).toBe(0);
  const data = join(root, ".freehold");
  const [file] = readdirSync(data, { recursive: true, encoding: "utf8" }).filter((name) =>
    /[0-9a-f]{64}\.sqlite$/.test(name),
  );
  writeFileSync(join(data, String(file)), "no database".repeat(1000));
  const ill = await freehold("doctor");
  expect(ill.code).toBe(1);
  expect(ill.stdout).toContain("freehold restore");
  expect(existsSync(join(data, String(file)))).toBe(true);
});

test("brings one object back to a time, on a host that runs and on a stopped one", async () => {
  const off = await freehold("restore", "--object", "Counter/one", "--at", "2026-01-01");
  expect(off.stderr).toContain("RECOVERY_OFF");
  await stop();
  writeFileSync(join(root, "freehold.config.mjs"), "export default { recoveryHours: 1 };");
  await start();
  const pause = () => new Promise((resolve) => setTimeout(resolve, 30));
  for (const name of ["one", "two"]) await count(name);
  await pause();
  const first = new Date().toISOString();
  await pause();
  await count("one");
  await pause();
  const second = new Date().toISOString();
  await pause();
  for (const name of ["one", "one", "two"]) await count(name);
  const one = ["restore", "--object", "Counter/one", "--at"];
  const restored = await freehold(...one, second);
  expect(restored).toMatchObject({ code: 0, stderr: "" });
  expect(restored.stdout).toMatch(/takes it back: [0-9a-f]{8}-ffffffff-ffffffff-[0-9a-f]{32}/);
  expect([await count("one"), await count("two")]).toEqual([3, 3]);
  await stop();
  const again = await freehold(...one, first);
  expect(again).toMatchObject({ code: 0, stderr: "" });
  const [undo] = /[0-9a-f]{8}-ffffffff-ffffffff-[0-9a-f]{32}/.exec(again.stdout)!;
  expect((await freehold("doctor")).stdout).not.toContain("Not the host's");
  expect((await freehold(...one, "2020-01-01")).stderr).toContain("BOOKMARK_UNKNOWN");
  expect((await freehold(...one, "yesterday")).stderr).toContain("RESTORE_UNCLEAR");
  const both = await freehold("restore", "a-backup", "--object", "Counter/one", "--at", first);
  expect(both.stderr).toContain("RESTORE_UNCLEAR");
  await start();
  expect([await count("one"), await count("two")]).toEqual([2, 4]);
  const undone = await freehold(...one, undo);
  expect(undone).toMatchObject({ code: 0, stderr: "" });
  expect([await count("one"), await count("two")]).toEqual([4, 5]);
});
