import { fork, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { createProject } from "./support/command.ts";

const SHIMS = fileURLToPath(new URL("../bin/path", import.meta.url));
const READY = /Ready on (http:\/\/\S+)/;

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
  await expect.poll(async () => ((await answer(url)) as unknown[])[0]).toBe("second");
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

test("flags that tools give are taken, and what has no effect is named", async () => {
  const { folder, write } = project();
  write("secrets", "WHO=file\nTOKEN=$WHO");
  const tool = start(
    "/",
    "wrangler",
    ...["dev", "--cwd", folder, "--config", "wrangler.jsonc", "--env", ""],
    // Node itself looks for this file, from where it is started.
    ...["--env-file", join(folder, "secrets")],
    ...["--port", "0", "--ip", "127.0.0.1", "--inspector-port", "0", "--log-level", "error"],
    ...["--local", "--persistTo", "state", "--compatibility-flags", "nodejs_compat", "--latest"],
    ...[
      "--show-interactive-dev-session=false",
      "--live-reload",
      "--x-brand-new",
      "5",
      "--no-bundle",
    ],
  );
  const url = (await tool.prints(READY))[1] ?? "";
  expect(new URL(url).hostname).toBe("127.0.0.1");
  expect(await answer(url)).toEqual(["first", "file", 1]);
  const warnings = tool.output().match(/--[\w-]+ (?:has|is) .*/g);
  expect(warnings).toEqual([
    "--live-reload has no effect here.",
    "--x-brand-new is not known here and has no effect.",
  ]);
  expect(await tool.stop()).toBe(0);
  expect(readdirSync(folder)).toContain("state");
});

test("an environment's name, files alone, and a port that is taken", async () => {
  const { folder, write } = project();
  const named = { name: "talk", main: "worker.ts", env: { live: { vars: { WHO: "live" } } } };
  write("wrangler.jsonc", JSON.stringify(named));
  write("worker.ts", "export default { fetch: (_, env) => Response.json(env.WHO) };");
  const live = start(folder, "wrangler", "dev", "-e", "live", "--port", "0");
  const url = (await live.prints(READY))[1] ?? "";
  expect(await answer(url)).toBe("live");
  const taken = start(folder, "wrangler", "dev", "--port", new URL(url).port);
  expect(await taken.exited).toBe(1);
  expect(taken.output()).toMatch(/DATA_DIRECTORY_IN_USE|LISTEN_FAILED/);
  expect(await live.stop()).toBe(0);
  write("wrangler.jsonc", '{"name":"files","dev":{"ip":"127.0.0.1","port":0}}');
  write("public/a.txt", "a file");
  const files = start(folder, "wrangler", "dev", "--assets", "public");
  const page = await fetch(`${(await files.prints(READY))[1]}/a.txt`);
  expect(await page.text()).toBe("a file");
  expect(await files.stop()).toBe(0);
});

test("a parent with a channel hears when it is ready", async () => {
  const { folder } = project();
  const child = fork(join(SHIMS, "wrangler"), ["dev", "--port", "0"], {
    cwd: folder,
    silent: true,
  });
  cleanUps.push(() => child.kill("SIGKILL"));
  const message = await new Promise((resolve) => child.once("message", resolve));
  const { event, port } = JSON.parse(String(message)) as { event: string; port: number };
  expect([event, await answer(`http://127.0.0.1:${port}`)]).toEqual([
    "DEV_SERVER_READY",
    ["first", "nobody", 1],
  ]);
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  expect(await exited).toBe(0);
});

test.each([
  ["npx", "wrangler"],
  ["npx", "--yes", "-p", "wrangler@4", "--", "wrangler"],
  ["npm", "exec", "--", "wrangler"],
  ["pnpm", "-C", ".", "exec", "wrangler"],
  ["pnpm", "wrangler"],
  ["yarn", "wrangler"],
  ["bunx", "wrangler@latest"],
])("%s %s … is wrangler", async (tool, ...args) => {
  const found = start(tmpdir(), tool, ...args, "path");
  expect([await found.exited, found.output().trim()]).toEqual([0, SHIMS]);
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
