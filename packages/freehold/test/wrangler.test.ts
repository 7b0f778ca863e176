import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { createProject } from "./support/command.ts";

const SHIMS = fileURLToPath(new URL("../bin/path", import.meta.url));
const READY = /Ready on (http:\/\/\S+)/;

// Each test starts several processes.
vi.setConfig({ testTimeout: 60_000 });

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const worker = (word: string) => `
  import { DurableObject } from "cloudflare:workers";
  export class Room extends DurableObject {
    next(): number {
      const count = (this.ctx.storage.kv.get<number>("count") ?? 0) + 1;
      this.ctx.storage.kv.put("count", count);
      return count;
    }
  }
  export default {
    async fetch(request: Request, env: { ROOM: { getByName(name: string): { next(): Promise<number> } }; WHO: string }) {
      return Response.json(["${word}", env.WHO, await env.ROOM.getByName("one").next()]);
    },
  };
`;

function project() {
  const made = createProject({
    "wrangler.jsonc": JSON.stringify({
      name: "talk",
      main: "worker.ts",
      vars: { WHO: "nobody" },
      durable_objects: { bindings: [{ name: "ROOM", class_name: "Room" }] },
      migrations: [{ tag: "v1", new_sqlite_classes: ["Room"] }],
    }),
    "worker.ts": worker("first"),
  });
  cleanUps.push(() => made.remove());
  return made;
}

/** Starts a tool by its name, as a shell with our folder first on its path would. */
function start(cwd: string, command: string, ...args: string[]) {
  const path = [SHIMS, dirname(process.execPath), process.env.PATH].join(delimiter);
  const child = spawn(command, args, { cwd, env: { ...process.env, PATH: path } });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let output = "";
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += String(chunk);
      for (const look of waiting) look();
    });
  }
  const prints = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(output);
        if (found) resolve(found);
      };
      waiting.add(look);
      look();
      exited.then(() => reject(new Error(`Ended without ${pattern}:\n${output}`)));
    });
  cleanUps.push(() => child.kill("SIGKILL"));
  return {
    prints,
    exited,
    output: () => output,
    stop: () => {
      child.kill("SIGTERM");
      return exited;
    },
  };
}

const answer = async (url: string): Promise<unknown> => (await fetch(url)).json();

test("a tool that starts `wrangler dev` gets our host, with its state where it says", async () => {
  const { folder, write } = project();
  const state = join(folder, "state");
  const flags = ["--config", join(folder, "wrangler.jsonc"), "--persist-to", state];
  const tool = start(
    "/",
    "wrangler",
    "dev",
    ...flags,
    "--port",
    "0",
    "--var",
    "WHO:a:b",
    "--local",
  );
  const url = (await tool.prints(READY))[1] ?? "";
  expect(await answer(url)).toEqual(["first", "a:b", 1]);
  expect(await answer(url)).toEqual(["first", "a:b", 2]);
  write("worker.ts", worker("second"));
  await expect
    .poll(async () => ((await answer(url)) as unknown[])[0], { timeout: 10_000 })
    .toBe("second");
  expect(await tool.stop()).toBe(0);
  expect(readdirSync(state)).toEqual(["freehold"]);

  const again = start(
    folder,
    "npx",
    "--yes",
    "wrangler@4",
    "dev",
    "--persist-to",
    state,
    "--port=0",
  );
  const [word, who, count] = (await answer((await again.prints(READY))[1] ?? "")) as unknown[];
  expect([word, who, Number(count) > 2]).toEqual(["second", "nobody", true]);
  expect(await again.stop()).toBe(0);
});

test("what it cannot do it says", async () => {
  const { folder, write } = project();
  const deploy = start(folder, "wrangler", "deploy");
  expect(await deploy.exited).toBe(1);
  expect(deploy.output()).toContain("WRANGLER_COMMAND_UNSUPPORTED");
  write("worker.ts", "export default {");
  const broken = start(folder, "wrangler", "dev", "--port", "0");
  expect(await broken.exited).toBe(1);
  expect(broken.output()).toMatch(/worker\.ts:1:\d+/);
  const path = start(folder, process.execPath, join(SHIMS, "../freehold.mjs"), "wrangler", "path");
  expect(await path.exited).toBe(0);
  expect(path.output().trim()).toBe(SHIMS);
  const other = start(folder, "npx", "--version");
  expect(await other.exited).toBe(0);
  expect(other.output()).toMatch(/^\d+\.\d+/);
});
