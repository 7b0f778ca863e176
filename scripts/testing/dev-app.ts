import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { installedCommand, installedFolder } from "./installed.ts";
import { digestOf, madeOnce } from "./made-once.ts";

const execute = promisify(execFile);
const LEFT_OUT = /[/\\](node_modules|dist|test|\.freehold|\.dev\.vars)$/;
const START_TIMEOUT = 120_000;

/**
 * A copy of an app that tests may edit, with its server: that of development unless it is built.
 *
 * @example
 * ```ts
 * await using app = await DevApp.copy(join(import.meta.dirname, ".."));
 * await app.start();
 * await app.kill();
 * await app.start();
 * ```
 */
export class DevApp implements AsyncDisposable {
  readonly folder: string;
  readonly #command: "dev" | "start";
  #server: ChildProcess | undefined;
  #output = "";
  #url = "";

  private constructor(folder: string, command: "dev" | "start") {
    this.folder = folder;
    this.#command = command;
  }

  /** Copies an app's folder to where it finds the packages as a user's does. */
  static async copy(source: string): Promise<DevApp> {
    return new DevApp(await copyOf(source), "dev");
  }

  /** A copy that is built and runs as in production, which starts and loads sooner. */
  static async built(source: string): Promise<DevApp> {
    const [folder, dist] = await Promise.all([copyOf(source), buildOf(source)]);
    await cp(dist, join(folder, "dist"), { recursive: true });
    return new DevApp(folder, "start");
  }

  /** Where the page is; from the first start on it stays the same. */
  get url(): string {
    return this.#url;
  }

  /** What the server has printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Starts its server, again on the same port if it has run before. */
  async start(): Promise<void> {
    const port = this.#url === "" ? "0" : new URL(this.#url).port;
    const freehold = await installedCommand();
    const server = spawn(process.execPath, [freehold, this.#command, "--port", port], {
      cwd: this.folder,
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, VITEST: undefined },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#server = server;
    const start = this.#output.length;
    const ready = new Promise<string>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        this.#output += chunk.toString();
        const url = /^ready (\S+)$/m.exec(this.#output.slice(start))?.[1];
        if (url) resolve(url);
      };
      server.stdout.on("data", read);
      server.stderr.on("data", read);
      server.once("exit", (code) => reject(new Error(`freehold ended (${code})`)));
      AbortSignal.timeout(START_TIMEOUT).onabort = () => reject(new Error("not ready in time"));
    });
    const url = await ready.catch((cause) => {
      throw new Error(`The app did not start:\n${this.#output}`, { cause });
    });
    if (this.#url !== "" && url !== this.#url) throw new Error(`started on ${url} this time`);
    this.#url = url;
  }

  /** Ends the server as a loss of power would. */
  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    server.kill("SIGKILL");
    await once(server, "exit");
  }

  /** Writes one of the app's files. */
  async write(file: string, text: string): Promise<void> {
    await writeFile(join(this.folder, file), text);
  }

  /** Replaces text that must be there, once, in one of the app's files. */
  async edit(file: string, from: string, to: string): Promise<void> {
    const path = join(this.folder, file);
    const text = await readFile(path, "utf8");
    if (text.split(from).length !== 2) throw new Error(`${file} does not have "${from}" once`);
    await this.write(file, text.replace(from, to));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function copyOf(source: string): Promise<string> {
  const folder = await mkdtemp(join(await installedFolder(), "apps/app-"));
  const filter = (path: string) => !LEFT_OUT.test(path);
  await cp(source, folder, { recursive: true, filter });
  return folder;
}

/** The build of an app as it is now, made once. */
async function buildOf(source: string): Promise<string> {
  const isLeftOut = (name: string) => LEFT_OUT.test(`/${name}`);
  const digest = digestOf([{ folder: source, patterns: ["**/*"], isLeftOut }]);
  const built = join(await installedFolder(), `apps/built-${digest}`);
  return madeOnce(built, async (half) => {
    const folder = await copyOf(source);
    try {
      await execute(process.execPath, [await installedCommand(), "build"], {
        cwd: folder,
        env: { ...process.env, VITEST: undefined, NODE_ENV: undefined },
      });
      await rename(join(folder, "dist"), half);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
}
