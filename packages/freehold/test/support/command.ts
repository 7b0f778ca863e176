import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { installedCommand, installedFolder } from "../../../../scripts/testing/installed.ts";

const LAUNCHER = await installedCommand();
const HERE = await installedFolder();
const READY = /ready (http:\/\/\S+)/;
const PATIENCE_MS = 60_000;

/** Writes a project into a folder of its own. */
export function createProject(files: Readonly<Record<string, string>>): {
  readonly folder: string;
  write(name: string, text: string): void;
  remove(): void;
} {
  const folder = mkdtempSync(join(HERE, "project-"));
  const write = (name: string, text: string) => {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return { folder, write, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A `freehold` process, and what it has printed so far. */
export class Command {
  readonly process: ChildProcess;
  #output = "";
  readonly #exit: Promise<number | null>;

  constructor(folder: string, args: readonly string[], launcher: readonly string[] = [LAUNCHER]) {
    this.process = spawn(process.execPath, [...launcher, ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process.stdout?.on("data", (chunk) => this.#add(chunk));
    this.process.stderr?.on("data", (chunk) => this.#add(chunk));
    this.#exit = new Promise((resolve) => this.process.once("exit", (code) => resolve(code)));
  }

  get output(): string {
    return this.#output;
  }

  /** Resolves with the address once the server listens. */
  async ready(): Promise<string> {
    await this.prints(READY);
    return READY.exec(this.#output)?.[1] ?? "";
  }

  /** Resolves when the output matches; rejects when the process ends first. */
  async prints(pattern: RegExp): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!pattern.test(this.#output)) {
      if (this.process.exitCode !== null || performance.now() > deadline) {
        throw new Error(`Nothing matched ${pattern} in:\n${this.#output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  forget(): void {
    this.#output = "";
  }

  ended(): Promise<number | null> {
    return this.#exit;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    if (this.process.exitCode === null) this.process.kill(signal);
    return this.#exit;
  }

  #add(chunk: Buffer): void {
    this.#output += chunk.toString();
  }
}
