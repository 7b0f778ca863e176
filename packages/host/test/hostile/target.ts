import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Parameters } from "fast-check";
import { expect } from "vitest";

const SERVE = fileURLToPath(new URL("./serve.ts", import.meta.url));

/** What lies beside the data directory and the public folder, and must reach nobody. */
const CANARY = "canary-5f1c9d";
/** For an answer, in milliseconds. */
const PATIENCE_MS = 60_000;
/** Lines of the log that tell of a failure of the host itself. */
const OWN_FAILURES =
  /An error that nobody caught|Storage failed|A request failed|A WebSocket handshake failed/;

/** What a stack, or a path of the machine, looks like in an answer. */
const STACK = /\n\s+at |node:internal|\.ts:\d+|node_modules/;

/** Everything that a data directory may hold. */
const DATA_FILE =
  /^(host\.(pid|sqlite|sqlite-wal|sqlite-shm|sqlite-journal)|objects(\/[A-Za-z0-9_][\w.-]*(\/[0-9a-f]{2}(\/[0-9a-f]{64}(\.\d+)?\.(sqlite|sqlite-wal|sqlite-journal|sqlite-shm))?)?)?)$/;

/**
 * How a randomised test runs. `FREEHOLD_HOSTILE_SEED` replays the seed that a failure has printed,
 * and `FREEHOLD_HOSTILE_RUNS` multiplies the number of runs.
 */
export function runs<T>(numRuns: number): Parameters<T> {
  const { FREEHOLD_HOSTILE_SEED: seed, FREEHOLD_HOSTILE_RUNS: times } = process.env;
  return {
    numRuns: numRuns * Number(times ?? 1),
    ...(seed !== undefined && { seed: Number(seed) }),
  };
}

/** A host in production mode in a process of its own, in a folder with things that it must not touch. */
export class Target {
  readonly #root: string;
  readonly #child: ChildProcess;
  readonly #outside: readonly string[];
  readonly url: string;
  #log = "";
  /** It did not answer in time, and will not answer others either. */
  #isStuck = false;

  private constructor(root: string, child: ChildProcess, outside: readonly string[], url: string) {
    this.#root = root;
    this.#child = child;
    this.#outside = outside;
    this.url = url;
    child.stderr?.on("data", (chunk) => {
      this.#log += chunk;
    });
  }

  static async start(): Promise<Target> {
    const root = await mkdtemp(join(tmpdir(), "freehold-hostile-"));
    const data = join(root, "data");
    for (const folder of ["data", "public/docs", "private"]) {
      await mkdir(join(root, folder), { recursive: true });
    }
    const files = {
      "canary.txt": CANARY,
      "private/canary.txt": CANARY,
      "public/index.html": "home",
      "public/docs/page.html": "page",
      "public/a b.txt": "space",
      "public/_redirects": "/old /docs/page\n/all/* /:splat 302\n",
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
    await symlink(join(root, "canary.txt"), join(root, "public/link.txt"));
    await symlink(join(root, "private"), join(root, "public/private"));
    const child = spawn(
      process.execPath,
      ["--conditions=freehold-source", SERVE, data, join(root, "public")],
      { stdio: ["ignore", "pipe", "pipe"], cwd: root },
    );
    let told = "";
    const listen = (chunk: Buffer) => {
      told += chunk;
    };
    child.stderr.on("data", listen);
    const [line] = await Promise.race([
      once(child.stdout, "data"),
      once(child, "exit").then(() => {
        throw new Error(`The host did not start. ${told}`);
      }),
    ]);
    child.stderr.off("data", listen);
    return new Target(root, child, await outsideOf(root), String(line).trim());
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /**
   * Sends bytes as they are, in pieces, and no more; answers all that comes back until the end. Gives
   * the host some time to answer: one that hears the end first has nobody to answer to.
   */
  raw(...pieces: readonly (string | Uint8Array)[]): Promise<Buffer> {
    return this.#send(pieces, false);
  }

  /** {@link raw}, but says no more only when an answer has begun. */
  converse(...pieces: readonly (string | Uint8Array)[]): Promise<Buffer> {
    return this.#send(pieces, true);
  }

  async #send(pieces: readonly (string | Uint8Array)[], waits: boolean): Promise<Buffer> {
    const socket = connect(this.port, "127.0.0.1").setNoDelay(true);
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => undefined);
    const closed = once(socket, "close");
    const guard = setTimeout(() => socket.destroy(new Error("no end")), PATIENCE_MS);
    let isLate = false;
    guard.unref();
    socket.once("error", (error) => {
      isLate = error.message === "no end";
    });
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) await new Promise((resolve) => setImmediate(resolve));
      socket.write(typeof piece === "string" ? Buffer.from(piece, "latin1") : piece);
    }
    if (chunks.length === 0) {
      const patience = waits ? [] : [new Promise((resolve) => setTimeout(resolve, 25))];
      await Promise.race([once(socket, "data"), closed, ...patience]);
    }
    socket.end();
    await closed;
    clearTimeout(guard);
    if (isLate) throw new Error("The host neither answered nor closed in time.");
    return Buffer.concat(chunks);
  }

  /** @throws when there is no answer in time, now or at an earlier call. */
  async post(path: string, body: unknown): Promise<Response> {
    if (this.#isStuck) throw new Error("The host has not answered an earlier request.");
    const text = JSON.stringify(body);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    try {
      return await fetch(`${this.url}${path}`, { method: "POST", body: text, signal });
    } catch (cause) {
      this.#isStuck = signal.aborted;
      throw new Error(`The host did not answer ${text.slice(0, 2000)}`, { cause });
    }
  }

  /** The process runs, answers an ordinary request and has touched nothing that is not its own. */
  async checkUnharmed(): Promise<void> {
    expect([this.#child.exitCode, this.#child.signalCode]).toEqual([null, null]);
    const answer = await fetch(`${this.url}/alive`);
    expect([answer.status, await answer.text()]).toEqual([200, "alive"]);
    expect(this.#log.split("\n").filter((line) => OWN_FAILURES.test(line))).toEqual([]);
    expect(await outsideOf(this.#root)).toEqual(this.#outside);
    const kept = await readdir(join(this.#root, "data"), { recursive: true });
    expect(kept.filter((name) => !DATA_FILE.test(name))).toEqual([]);
  }

  /** Ends the process, in good order where it still answers. */
  async end(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill(this.#isStuck ? "SIGKILL" : "SIGTERM");
    expect(await ended).toEqual(this.#isStuck ? [null, "SIGKILL"] : [0, null]);
    await rm(this.#root, { recursive: true, force: true });
  }
}

/** An answer tells nothing of the inside of the host, and nothing of other files. */
export function checkDiscreet(answer: string): void {
  expect(answer).not.toContain(CANARY);
  expect(answer).not.toMatch(STACK);
}

/** Every file outside of the data directory, and what is in it. */
async function outsideOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (path === join(root, "data") || path.startsWith(join(root, "data/"))) continue;
    const content = entry.isFile() ? await readFile(path, "utf8") : "";
    found.push(`${path.slice(root.length)} ${content}`);
  }
  return found.sort();
}
