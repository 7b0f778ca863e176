import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HttpConnection } from "./http.ts";
import { cpuOf, diskOf, memoryOf, writtenBy } from "./proc.ts";
import { sleep } from "./stats.ts";

/** A command that serves in the foreground until it is told to end. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Beside our own. */
  readonly env?: Readonly<Record<string, string>>;
  /** The file to which the server writes how many syncs it has made, at each SIGUSR2. */
  readonly syncs?: string;
}

/** How to serve the bench worker: for instance with the peer, or with ours. */
export type Serve = (where: { readonly port: number; readonly data: string }) => Command;

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 5000;
const ANSWER_LIMIT_MS = 10_000;
const HEALTH_PATH = "/healthz";

const leftDirectories: string[] = [];

function removeLeft(): void {
  for (const directory of leftDirectories) rmSync(directory, { recursive: true, force: true });
}

/** The server under test: a fresh process group on a data directory of its own. */
export class Server {
  readonly #serve: Serve;
  readonly #log: string | undefined;
  readonly data: string;
  readonly port: number;
  #process: ChildProcess | undefined;
  #exited: Promise<unknown> | undefined;
  #syncs: string | undefined;
  /** How often this process was asked for its syncs. */
  #questions = 0;

  private constructor(serve: Serve, port: number, log: string | undefined, disk: string) {
    this.#serve = serve;
    this.port = port;
    this.#log = log;
    this.data = mkdtempSync(join(disk, "bench-data-"));
  }

  /**
   * @param log a file for the server's output
   * @param disk the folder in which the data directory is made
   */
  static async prepare(serve: Serve, log?: string, disk = tmpdir()): Promise<Server> {
    const probe = createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const address = probe.address();
    probe.close();
    await once(probe, "close");
    if (address === null || typeof address === "string") throw new Error("no free port");
    return new Server(serve, address.port, log, disk);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the process; the milliseconds until `probe` first answered 200. */
  async start(probe = HEALTH_PATH): Promise<number> {
    const began = performance.now();
    const { file, args, cwd, env, syncs } = this.#serve({ port: this.port, data: this.data });
    this.#syncs = syncs;
    this.#questions = 0;
    if (syncs !== undefined) rmSync(syncs, { force: true });
    const log = openSync(this.#log ?? "/dev/null", "a");
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", log, log],
      detached: true,
    });
    closeSync(log);
    this.#process = child;
    this.#exited = once(child, "exit");
    let ended = false;
    child.on("exit", () => {
      ended = true;
    });
    while (!(await this.#answers(probe))) {
      if (ended) throw new Error(`the server ended while starting: ${file} ${args.join(" ")}`);
      if (performance.now() - began > START_LIMIT_MS) throw new Error("the server did not start");
      await sleep(2);
    }
    return performance.now() - began;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM", limitMs = STOP_LIMIT_MS): Promise<void> {
    if (this.#process?.pid === undefined) return;
    const { pid } = this.#process;
    this.#signal(pid, signal);
    const timer = setTimeout(() => this.#signal(pid, "SIGKILL"), limitMs);
    await this.#exited;
    clearTimeout(timer);
    // Stragglers of the same process group only.
    this.#signal(pid, "SIGKILL");
    this.#process = undefined;
    await sleep(100);
  }

  /**
   * The data directory goes when the bench ends, not before: ext4 gives no inode out again that was freed
   * within the last minutes, and looks at each of them for every file that it makes. After a few thousand
   * deletions that was a fifth of the CPU of a new agent.
   */
  async dispose(): Promise<void> {
    await this.stop();
    if (leftDirectories.length === 0) process.once("exit", removeLeft);
    leftDirectories.push(this.data);
  }

  /** CPU milliseconds used so far. */
  cpu(): number {
    return this.#process?.pid === undefined ? 0 : cpuOf(this.#process.pid);
  }

  /** Bytes that the process has had written to the disk so far. */
  written(): number {
    return this.#process?.pid === undefined ? 0 : writtenBy(this.#process.pid);
  }

  /** Syncs that the server has asked the machine for; `undefined` where it does not count them. */
  async syncs(): Promise<number | undefined> {
    const pid = this.#process?.pid;
    if (this.#syncs === undefined || pid === undefined) return undefined;
    const question = ++this.#questions;
    process.kill(pid, "SIGUSR2");
    const until = performance.now() + ANSWER_LIMIT_MS;
    while (performance.now() < until) {
      const [answer, count] = readText(this.#syncs).split(" ").map(Number);
      if (answer === question && count !== undefined) return count;
      await sleep(2);
    }
    throw new Error("the server did not say how many syncs it has made");
  }

  memory(): { rss: number; processes: number } {
    return memoryOf(this.#process?.pid ?? 0);
  }

  disk(): { bytes: number; files: number } {
    return diskOf(this.data);
  }

  async #answers(path: string): Promise<boolean> {
    const connection = new HttpConnection(this.url);
    try {
      await connection.open();
      return (await connection.get(path)).status === 200;
    } catch {
      return false;
    } finally {
      connection.close();
    }
  }

  #signal(pid: number, signal: NodeJS.Signals): void {
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

function readText(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
