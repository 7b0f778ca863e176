import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Serve } from "../harness/server.ts";
import { install } from "./install.ts";

const bin = join(import.meta.dirname, "../../../packages/freehold/bin/freehold.mjs");
const packages = join(import.meta.dirname, "../../.peer-gateway");
const PORTKEY = { "@portkey-ai/gateway": "1.15.2" };

let model: Promise<string> | undefined;

/** The base URL of a provider in a process of its own, which both sides stand before. */
export function startModel(): Promise<string> {
  model ??= started();
  return model;
}

async function started(): Promise<string> {
  const file = join(import.meta.dirname, "model.ts");
  const child: ChildProcess = spawn(process.execPath, [file, "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.unref();
  process.once("exit", () => child.kill());
  for await (const port of createInterface({ input: child.stdout! })) {
    child.stdout!.destroy();
    return `http://127.0.0.1:${port}/v1`;
  }
  throw new Error("the provider did not start");
}

/** `freehold gateway`, with logs as they are by default. */
export async function gatewayOnFreehold(): Promise<Serve> {
  const folder = mkdtempSync(join(tmpdir(), "bench-gateway-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const settings = { account: "bench", providers: { openai: { baseUrl: await startModel() } } };
  const config = `export default ${JSON.stringify({ gateway: settings })};`;
  writeFileSync(join(folder, "freehold.config.mjs"), config);
  return ({ port, data }) => ({
    file: process.execPath,
    args: [bin, "gateway", "--port", String(port), "--data", data],
    cwd: folder,
  });
}

/** Portkey's gateway on Node. */
export async function gatewayOfPortkey(say: (line: string) => void): Promise<Serve> {
  await startModel();
  await install({ folder: packages, title: "Portkey's gateway", dependencies: PORTKEY }, say);
  const entry = join(packages, "node_modules/@portkey-ai/gateway/build/start-server.js");
  return ({ port }) => ({
    file: process.execPath,
    args: [entry, `--port=${port}`, "--headless"],
    env: { NODE_ENV: "production" },
  });
}

/** What bounds a gateway: a proxy of Node's own parts, which does nothing else. */
export async function bareProxy(): Promise<Serve> {
  const base = await startModel();
  const file = join(import.meta.dirname, "proxy.ts");
  return ({ port }) => ({ file: process.execPath, args: [file, String(port), base] });
}
