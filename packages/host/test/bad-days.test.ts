import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

/*
 * What a host does when the machine lets it down: it says what is wrong by a code, the objects that can go
 * on do, and nothing that is there is written over.
 */

const SERVE = fileURLToPath(new URL("./bad-days/serve.ts", import.meta.url));
const NOBODY = 65_534;
/** Below a folder that is root's alone, another user's process finds neither the sources nor Node. */
const isReachable = ["-r", SERVE, "-a", "-x", execPath, "-a", "-x", tmpdir()];
const canBeNobody =
  process.getuid?.() === 0 &&
  spawnSync("test", isReachable, { uid: NOBODY, gid: NOBODY }).status === 0;
/** Of util-linux: they give a process disks of its own. */
const [UNSHARE, NSENTER]: readonly [string, string] = ["unshare", "nsenter"];
const canMount =
  spawnSync(UNSHARE, ["-rm", "mount", "-t", "tmpfs", "x", "/mnt"], { stdio: "ignore" }).status ===
  0;
if (!canMount) console.warn("SKIPPED: no small disk can be mounted here.");
if (!canBeNobody) console.warn("SKIPPED: no process of another user can be started here.");

interface Running {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly url: string;
  get(path: string): Promise<{ readonly status: number; readonly text: string }>;
  /** Waits until the log names a code. */
  logged(code: string): Promise<void>;
  end(): Promise<number | null>;
}

interface Around {
  /** What is put before the command, such as `ulimit -n 100`. */
  readonly shell?: string;
  /** What runs the shell. */
  readonly wrapper?: readonly string[];
  readonly user?: number;
  readonly idleMs?: number;
}

let directory: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "freehold-bad-days-"));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

function launch(data: string, { shell = ":", wrapper = [], user, idleMs }: Around) {
  const command = [execPath, "--conditions=freehold-source", SERVE, data, String(idleMs ?? 60_000)];
  const script = `${shell}; exec "$@"`;
  const [program, ...args] = [...wrapper, "bash", "-c", script, "bash", ...command];
  const child = spawn(program as string, args, {
    stdio: ["ignore", "pipe", "inherit"],
    ...(user !== undefined && { uid: user, gid: user }),
  });
  children.push(child);
  const lines: string[] = [];
  if (child.stdout) createInterface(child.stdout).on("line", (line) => lines.push(line));
  return { child, lines };
}

async function start(data: string, around: Around = {}): Promise<Running> {
  const { child, lines } = launch(data, around);
  await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0), 60_000);
  const url = lines[0] ?? "";
  expect(url).toMatch(/^http:/);
  return {
    ...{ child, lines, url },
    get: async (path) => {
      const response = await fetch(`${url}${path}`);
      return { status: response.status, text: await response.text() };
    },
    logged: async (code) => {
      const said = () => expect(lines.join("\n")).toContain(`code: '${code}'`);
      await vi.waitFor(said);
    },
    end: async () => {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      return (await gone)[0];
    },
  };
}

/** The error that a host does not start with. */
async function refusal(data: string, around: Around = {}): Promise<Record<string, unknown>> {
  const { child, lines } = launch(data, around);
  const [code] = await once(child, "close");
  expect(code).toBe(1);
  return JSON.parse(lines.at(-1) ?? "") as Record<string, unknown>;
}

/** The files of objects in a data directory. */
function objectsIn(data: string): string[] {
  return readdirSync(data, { recursive: true, encoding: "utf8" })
    .filter((path) => /[0-9a-f]{64}\.sqlite$/.test(path))
    .map((path) => join(data, path));
}

/** Stores something in an object, stops, and answers where its file is. */
async function fileOf(data: string, name: string): Promise<string> {
  const before = existsSync(data) ? objectsIn(data) : [];
  const host = await start(data);
  expect(await host.get(`/${name}?bytes=100`)).toEqual({ status: 200, text: "1" });
  await host.end();
  return objectsIn(data).find((path) => !before.includes(path)) as string;
}

describe("a full disk", () => {
  test.skipIf(!canMount)("fails who writes, and nobody else; with room it goes on", async () => {
    const disk = join(directory, "disk");
    mkdirSync(disk);
    const shell = `mount -t tmpfs -o size=2m x ${disk}`;
    const host = await start(join(disk, "data"), { shell, wrapper: [UNSHARE, "-rm"] });
    expect(await host.get("/small?bytes=100")).toEqual({ status: 200, text: "1" });
    const fill = async (): Promise<number> => {
      for (let stored = 0; ; stored += 1) {
        const { status } = await host.get("/large?bytes=200000");
        if (status !== 200) return stored;
      }
    };
    const stored = await fill();
    expect(stored).toBeGreaterThan(2);
    await host.logged("DISK_FULL");
    expect(await host.get("/small")).toEqual({ status: 200, text: "1" });
    // What was acknowledged is there, and what was refused is not.
    expect(await host.get("/large")).toEqual({ status: 200, text: String(stored) });
    for (let number = 0; number < 200; number += 1) {
      if ((await host.get(`/new-${number}?bytes=100`)).status !== 200) break;
    }
    expect(await host.get("/small")).toEqual({ status: 200, text: "1" });
    const mount = ["-t", String(host.child.pid), "-m", "-U", "--preserve-credentials"];
    // With a source, options that stand for the user outside are not repeated: inside there is no such user.
    const remount = ["mount", "-t", "tmpfs", "-o", "remount,size=20m", "x", disk];
    const grown = spawnSync(NSENTER, [...mount, ...remount]);
    expect(String(grown.stderr)).toBe("");
    expect(await host.get("/large?bytes=200000")).toEqual({
      status: 200,
      text: String(stored + 1),
    });
    expect(await host.get("/another?bytes=100")).toEqual({ status: 200, text: "1" });
    expect(await host.get("/small?bytes=100")).toEqual({ status: 200, text: "2" });
    expect(await host.end()).toBe(0);
  });

  test("a file that may not grow fails its object alone, and keeps what was acknowledged", async () => {
    const data = join(directory, "data");
    // Blocks of 1024 bytes.
    const host = await start(data, { shell: "ulimit -f 1000", idleMs: 200 });
    expect(await host.get("/small?bytes=100")).toEqual({ status: 200, text: "1" });
    let stored = 0;
    while ((await host.get("/large?bytes=200000")).status === 200) stored += 1;
    await host.logged("STORAGE_IO_FAILED");
    expect(await host.get("/large")).toEqual({ status: 200, text: String(stored) });
    expect(await host.get("/small?bytes=100")).toEqual({ status: 200, text: "2" });
    expect(await host.end()).toBe(0);
    const again = await start(data);
    expect(await again.get("/large?bytes=200000")).toEqual({
      status: 200,
      text: String(stored + 1),
    });
  });
});

describe("a directory that may not be written to", () => {
  test.skipIf(!canBeNobody)("is named when the host starts", async () => {
    mkdirSync(join(directory, "data"), { mode: 0o755 });
    chmodSync(directory, 0o755);
    const error = await refusal(join(directory, "data"), { user: NOBODY });
    expect(error).toMatchObject({ code: "DATA_DIRECTORY_UNUSABLE" });
    expect(readdirSync(join(directory, "data"))).toEqual([]);
  });

  test.skipIf(!canBeNobody)("fails the objects in it, and no others", async () => {
    const data = join(directory, "data");
    mkdirSync(data);
    chmodSync(directory, 0o755);
    chownSync(data, NOBODY, NOBODY);
    const host = await start(data, { user: NOBODY });
    expect(await host.get("/old?bytes=100")).toEqual({ status: 200, text: "1" });
    const namespace = join(objectsIn(data)[0] as string, "../..");
    chownSync(namespace, 0, 0);
    const statuses = new Set<number>();
    for (let number = 0; number < 5; number += 1) {
      statuses.add((await host.get(`/new-${number}?bytes=100`)).status);
    }
    expect(statuses).toEqual(new Set([500]));
    await host.logged("STORAGE_READ_ONLY");
    expect(await host.get("/old?bytes=100")).toEqual({ status: 200, text: "2" });
    chownSync(namespace, NOBODY, NOBODY);
    expect(await host.get("/new-0?bytes=100")).toEqual({ status: 200, text: "1" });
    expect(await host.end()).toBe(0);
  });
});

describe("too many open files", () => {
  test("fail the object that is to be opened; the open ones go on, and later it does too", async () => {
    const data = join(directory, "data");
    await fileOf(data, "asleep");
    const host = await start(data, { shell: "ulimit -n 300" });
    expect(await host.get("/awake?bytes=100")).toEqual({ status: 200, text: "1" });
    // With its second write an object has its log open.
    expect(await host.get("/awake?bytes=100")).toEqual({ status: 200, text: "2" });
    // One connection is open and stays: no further descriptor can be had.
    expect(Number((await host.get("/hold")).text)).toBeGreaterThan(100);
    expect((await host.get("/asleep")).status).toBe(500);
    await host.logged("TOO_MANY_OPEN_FILES");
    expect(await host.get("/awake?bytes=100")).toEqual({ status: 200, text: "3" });
    await host.get("/let-go");
    expect(await host.get("/asleep")).toEqual({ status: 200, text: "1" });
    expect(await host.end()).toBe(0);
  });
});

describe("a file that is damaged, or somebody else's", () => {
  const notes = "These are my notes, and no database.\n".repeat(300);

  test("in the place of an object is left as it is, and fails that object alone", async () => {
    const data = join(directory, "data");
    const file = await fileOf(data, "one");
    await fileOf(data, "two");
    writeFileSync(file, notes);
    const host = await start(data);
    expect((await host.get("/one")).status).toBe(500);
    expect((await host.get("/one?bytes=100")).status).toBe(500);
    await host.logged("STORAGE_DAMAGED");
    expect(await host.get("/two?bytes=100")).toEqual({ status: 200, text: "2" });
    expect(await host.end()).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(notes);
  });

  test("as a page of an object fails that object alone", async () => {
    const data = join(directory, "data");
    const file = await fileOf(data, "one");
    await fileOf(data, "two");
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 4096);
    writeFileSync(file, bytes);
    const host = await start(data);
    expect((await host.get("/one")).status).toBe(500);
    await host.logged("STORAGE_DAMAGED");
    expect(await host.get("/two?bytes=100")).toEqual({ status: 200, text: "2" });
    expect(await host.end()).toBe(0);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test("as a folder in the place of an object fails that object alone", async () => {
    const data = join(directory, "data");
    const file = await fileOf(data, "one");
    await fileOf(data, "two");
    rmSync(file);
    mkdirSync(file);
    const host = await start(data);
    expect((await host.get("/one")).status).toBe(500);
    await host.logged("STORAGE_UNREADABLE");
    expect(await host.get("/two?bytes=100")).toEqual({ status: 200, text: "2" });
    expect(await host.end()).toBe(0);
    expect(statSync(file).isDirectory()).toBe(true);
  });

  test("beside the objects is not touched", async () => {
    const data = join(directory, "data");
    const file = await fileOf(data, "one");
    const foreign = [join(data, "notes.txt"), join(data, "objects/notes.sqlite"), `${file}.txt`];
    for (const path of foreign) writeFileSync(path, notes);
    const host = await start(data);
    expect(await host.get("/one?bytes=100")).toEqual({ status: 200, text: "2" });
    expect(await host.end()).toBe(0);
    for (const path of foreign) expect(readFileSync(path, "utf8")).toBe(notes);
  });

  test("in the place of the host's own is left as it is, and the host does not start", async () => {
    const data = join(directory, "data");
    mkdirSync(data);
    writeFileSync(join(data, "host.sqlite"), notes);
    expect(await refusal(data)).toMatchObject({ code: "DATA_DIRECTORY_DAMAGED" });
    expect(readFileSync(join(data, "host.sqlite"), "utf8")).toBe(notes);
  });
});

describe("two hosts on one data directory", () => {
  test("the second one is told whose it is, and changes nothing", async () => {
    const data = join(directory, "data");
    const first = await start(data);
    expect(await first.get("/one?bytes=100")).toEqual({ status: 200, text: "1" });
    const error = await refusal(data);
    expect(error).toMatchObject({ code: "DATA_DIRECTORY_IN_USE" });
    expect(error.message).toContain(`process ${first.child.pid}`);
    expect(await first.get("/one?bytes=100")).toEqual({ status: 200, text: "2" });
    expect(await first.end()).toBe(0);
    const second = await start(data);
    expect(await second.get("/one")).toEqual({ status: 200, text: "2" });
  });
});
