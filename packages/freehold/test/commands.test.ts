import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { get } from "node:http";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { Command, createProject } from "./support/command.ts";

const WRANGLER = JSON.stringify({
  name: "talk",
  main: "src/server.ts",
  compatibility_date: "2026-06-11",
  compatibility_flags: ["nodejs_compat"],
  vars: { GREETING: "hello" },
  durable_objects: { bindings: [{ name: "ROOM", class_name: "Room" }] },
  migrations: [{ tag: "v1", new_sqlite_classes: ["Room"] }],
});

/** A room that counts what it is told, in storage; `word` marks the version of the code. */
const server = (word: string) => `
  import { DurableObject } from "cloudflare:workers";
  interface Env { ROOM: { getByName(name: string): { fetch(request: Request): Promise<Response> } }; GREETING: string }
  export class Room extends DurableObject {
    fetch(request: Request): Response {
      if (request.headers.get("upgrade") !== "websocket") return Response.json({ word: "${word}", count: this.next() });
      const { 0: client, 1: own } = new WebSocketPair();
      this.ctx.acceptWebSocket(own);
      return new Response(null, { status: 101, webSocket: client });
    }
    webSocketMessage(socket: WebSocket, message: string) { socket.send("${word} " + message + " " + this.next()); }
    next(): number {
      const count = (this.ctx.storage.kv.get<number>("count") ?? 0) + 1;
      this.ctx.storage.kv.put("count", count);
      return count;
    }
  }
  export default {
    fetch(request: Request, env: Env) {
      const { pathname } = new URL(request.url);
      if (pathname === "/greeting") return new Response(env.GREETING);
      if (pathname === "/fails") throw new Error("on purpose");
      return env.ROOM.getByName(pathname).fetch(request);
    },
  };
`;

const PATIENCE_MS = 60_000;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function project(files: Record<string, string>) {
  const made = createProject(files);
  cleanUps.push(() => made.remove());
  return made;
}

function run(folder: string, ...args: string[]): Command {
  const command = new Command(folder, args);
  cleanUps.push(() => command.stop("SIGKILL"));
  return command;
}

/** `vite preview`, as a project's own script calls it. */
function preview(folder: string): Command {
  const vite = join(
    dirname(fileURLToPath(import.meta.resolve("vite/package.json"))),
    "bin/vite.js",
  );
  const flags = ["preview", "--host", "127.0.0.1", "--port", "0"];
  const command = new Command(folder, flags, [vite]);
  cleanUps.push(() => command.stop("SIGKILL"));
  return command;
}

async function connect(url: string): Promise<(text: string) => Promise<string>> {
  const socket = new WebSocket(url.replace("http", "ws"));
  cleanUps.push(() => socket.terminate());
  await once(socket, "open");
  return async (text) => {
    const answer = once(socket, "message");
    socket.send(text);
    return String((await answer)[0]);
  };
}

/** A browser's navigation, which `fetch` cannot pretend to be. */
async function navigate(url: string): Promise<string> {
  const request = get(url, { headers: { "sec-fetch-mode": "navigate" } });
  const [response] = await once(request, "response");
  return text(response);
}

async function read(url: string): Promise<string> {
  return (await fetch(`${url}/counted`)).text();
}

/**
 * Changes a file. Watchers may miss one of two changes that come close together, so it is made until
 * something of it is seen.
 */
async function changes(write: () => void, isSeen: () => Promise<boolean> | boolean): Promise<void> {
  const look = async () => {
    write();
    const end = performance.now() + 3000;
    while (performance.now() < end) {
      if (await isSeen()) return true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return false;
  };
  await expect.poll(look, { timeout: PATIENCE_MS, interval: 0 }).toBe(true);
}

describe("freehold start", () => {
  it("serves a Worker without a build, keeps its data, and ends cleanly", async () => {
    const { folder } = project({ "wrangler.jsonc": WRANGLER, "src/server.ts": server("one") });
    const first = run(folder, "start", "--port", "0");
    const url = await first.ready();
    expect(await (await fetch(`${url}/a`)).json()).toEqual({ word: "one", count: 1 });
    expect((await fetch(`${url}/fails`)).status).toBe(500);
    await first.prints(/on purpose[\s\S]*[/\\]src[/\\]server\.ts:\d+:\d+/);
    expect(await first.stop()).toBe(0);
    const second = run(folder, "start", "--port", "0");
    expect(await (await fetch(`${await second.ready()}/a`)).json()).toMatchObject({ count: 2 });
  });

  it("keeps what it acknowledged when it is killed", async () => {
    const { folder } = project({ "wrangler.jsonc": WRANGLER, "src/server.ts": server("one") });
    const first = run(folder, "start", "--port", "0");
    const say = await connect(`${await first.ready()}/b`);
    expect(await say("hi")).toBe("one hi 1");
    await first.stop("SIGKILL");
    const second = run(folder, "start", "--port", "0");
    expect(await (await fetch(`${await second.ready()}/b`)).json()).toMatchObject({ count: 2 });
  });

  it("refuses a data directory that is in use", async () => {
    const { folder } = project({ "wrangler.jsonc": WRANGLER, "src/server.ts": server("one") });
    const first = run(folder, "start", "--port", "0");
    await first.ready();
    const second = run(folder, "start", "--port", "0");
    expect(await second.ended()).toBe(1);
    expect(second.output).toContain(String(first.process.pid));
    expect(second.output).not.toMatch(/\n\s+at /);
  });

  it("says what is wrong with a project, with no stack", async () => {
    const { folder } = project({ "wrangler.jsonc": '{ "name": "x", ' });
    const broken = run(folder, "start");
    expect(await broken.ended()).toBe(1);
    expect(broken.output).toMatch(/wrangler\.jsonc/);
    expect(broken.output).not.toMatch(/\n\s+at /);
    const { folder: empty } = project({});
    const none = run(empty, "start");
    expect(await none.ended()).toBe(1);
    expect(none.output).toContain("PROJECT_NOT_FOUND");
    const throws = { "wrangler.jsonc": WRANGLER, "src/server.ts": "\nthrow new Error('at once');" };
    const failing = run(project(throws).folder, "start", "--port", "0");
    expect(await failing.ended()).toBe(1);
    expect(failing.output).toMatch(
      /at once \(WORKER_FAILED_TO_LOAD\)\n.*\n +at .*server\.ts:2:7\n$/,
    );
  });
});

describe("freehold build", () => {
  it("builds a page and a Worker that start serves together", async () => {
    const files = {
      "wrangler.jsonc": WRANGLER.replace(
        /}$/,
        ',"assets":{"directory":"./dist/client","not_found_handling":"single-page-application","run_worker_first":["/rooms/*"]}}',
      ),
      "src/server.ts": server("built"),
      "vite.config.ts":
        'import { freehold } from "freehold/vite"; export default { plugins: [freehold()] };',
      "index.html": '<title>Page</title><script type="module" src="/src/page.ts"></script>',
      "src/page.ts": 'document.title = "loaded";',
    };
    const made = project(files);
    const { folder } = made;
    // What an earlier build has left, and one that fails now: it may have written half of its files.
    made.write("dist/freehold.json", '{ "worker": "worker/index.js" }');
    made.write("dist/worker/index.js", "export default {};");
    made.write(
      "src/server.ts",
      'import missing from "missing-package"; export default { missing };',
    );
    const failing = run(folder, "build");
    expect(await failing.ended()).toBe(1);
    expect(failing.output).toContain("missing-package");
    expect(failing.output).not.toMatch(/\n\s+at /);
    made.write("src/server.ts", server("built"));
    const early = run(folder, "start", "--port", "0");
    expect(await early.ended()).toBe(1);
    expect(early.output).toContain("BUILD_MISSING");
    expect(await run(folder, "build").ended()).toBe(0);
    const started = run(folder, "start", "--port", "0");
    const url = await started.ready();
    const page = await (await fetch(url)).text();
    expect(page).toContain("<title>Page</title>");
    const script = /src="(\/assets\/[^"]+)"/.exec(page)?.[1];
    expect(await (await fetch(url + script)).text()).toContain("loaded");
    expect(await navigate(`${url}/deep/link`)).toBe(page);
    expect(await navigate(`${url}/rooms/1`)).toContain('"word":"built"');
    await started.stop();
    const previewed = preview(folder);
    await previewed.prints(/http:\/\/\S+:\d+/);
    const local = /http:\/\/\S+:\d+/.exec(previewed.output)?.[0] ?? "";
    expect(await navigate(`${local}/deep/link`)).toBe(page);
    expect(await (await connect(`${local}/rooms/1`))("hi")).toBe("built hi 2");
    await previewed.stop();
    expect(existsSync(join(folder, ".freehold/host.pid"))).toBe(false);
  });
});

describe("freehold dev", () => {
  it("swaps code while the socket stays open, and survives code that does not load", async () => {
    const made = project({ "wrangler.jsonc": WRANGLER, "src/server.ts": server("old") });
    const command = run(made.folder, "dev", "--port", "0");
    const say = await connect(`${await command.ready()}/c`);
    expect(await say("hi")).toBe("old hi 1");
    const says = async (word: string) => (await say("again")).startsWith(`${word} again`);
    await changes(
      () => made.write("src/server.ts", server("new")),
      () => says("new"),
    );
    command.forget();
    await changes(
      () => made.write("src/server.ts", "export default {"),
      () => /could not be loaded/.test(command.output),
    );
    expect(command.output).toContain("server.ts");
    expect(command.output).not.toMatch(/\n\s+at .*node_modules/);
    expect(await say("still")).toContain("new still");
    await changes(
      () => made.write("src/server.ts", server("mended")),
      () => says("mended"),
    );
    expect(await command.stop()).toBe(0);
  });

  it("starts one host only, whatever changes while it starts", async () => {
    const slow = `await new Promise((resolve) => setTimeout(resolve, 1000));${server("slow")}`;
    const made = project({ "wrangler.jsonc": WRANGLER, "src/server.ts": slow });
    const command = run(made.folder, "dev", "--port", "0");
    const writing = setInterval(() => made.write("notes.txt", String(performance.now())), 20);
    const url = await command.ready().finally(() => clearInterval(writing));
    expect(await read(url)).toContain('"slow"');
    expect(command.output).not.toMatch(/could not be loaded/);
  });

  it("starts anew in its place once reloads have left too much behind", async () => {
    // Less than nothing, so that it is past the limit as soon as there were enough reloads.
    vi.stubEnv("FREEHOLD_RELOAD_GROWTH_MIB", "-1000");
    cleanUps.push(() => vi.unstubAllEnvs());
    const made = project({ "wrangler.jsonc": WRANGLER, "src/server.ts": server("version0") });
    const command = run(made.folder, "dev", "--port", "0");
    const url = await command.ready();
    const { pid } = command.process;
    const change = (word: string) =>
      changes(
        () => made.write("src/server.ts", server(word)),
        async () => (await read(url)).includes(`"${word}"`),
      );
    for (let version = 1; !/restart \d+ reloads/.test(command.output); version++) {
      await change(`version${version}`);
    }
    await command.prints(new RegExp(`restart [^]*ready ${url}`));
    const { word, count } = JSON.parse(await read(url)) as { word: string; count: number };
    expect(word).toMatch(/^version/);
    expect(count).toBeGreaterThan(9);
    expect(command.process.pid).toBe(pid);
    await change("later");
    expect(await command.stop()).toBe(0);
  });

  it("starts with broken code and recovers when it is mended", async () => {
    const made = project({ "wrangler.jsonc": WRANGLER, "src/server.ts": "export default {" });
    const command = run(made.folder, "dev", "--port", "0");
    const url = await command.ready();
    expect((await fetch(`${url}/d`)).status).toBe(500);
    await changes(
      () => made.write("src/server.ts", server("mended")),
      async () => (await (await fetch(`${url}/d`)).text()).includes("mended"),
    );
  });

  it("starts anew when the configuration or a secret changes", async () => {
    const made = project({ "wrangler.jsonc": WRANGLER, "src/server.ts": server("one") });
    const command = run(made.folder, "dev", "--port", "0");
    const url = await command.ready();
    expect(await (await fetch(`${url}/greeting`)).text()).toBe("hello");
    const greeting = async () => (await fetch(`${url}/greeting`)).text();
    await changes(
      () => made.write("wrangler.jsonc", WRANGLER.replace("hello", "good day")),
      async () => (await greeting()) === "good day",
    );
    await changes(
      () => made.write(".dev.vars", 'GREETING="secret hello"\n'),
      async () => (await greeting()) === "secret hello",
    );
  });

  it("gives the Worker the page's files as env.ASSETS, under Vite too", async () => {
    const { folder } = project({
      "wrangler.jsonc": WRANGLER.replace(
        /}$/,
        ',"assets":{"binding":"ASSETS","not_found_handling":"single-page-application","run_worker_first":true}}',
      ),
      "src/server.ts": `
        export { Room } from "./room";
        export default {
          async fetch(request: Request, env: { ASSETS: { fetch(request: Request): Promise<Response> } }) {
            const answer = await env.ASSETS.fetch(request);
            return new Response(answer.status + " " + (await answer.text()));
          },
        };`,
      "src/room.ts": server("room"),
      "index.html": "<title>Page</title>",
      "public/data.txt": "from a file",
    });
    const url = await run(folder, "dev", "--port", "0").ready();
    expect(await (await fetch(`${url}/data.txt`)).text()).toBe("200 from a file");
    expect(await (await fetch(`${url}/any/where`)).text()).toMatch(/^200 .*<title>Page/s);
  });

  it("leaves to the page what a list of the Worker's paths does not name, as production does", async () => {
    const { folder } = project({
      "wrangler.jsonc": WRANGLER.replace(
        /}$/,
        ',"assets":{"not_found_handling":"single-page-application","run_worker_first":["/rooms/*"]}}',
      ),
      "src/server.ts": server("x"),
      "index.html": "<title>Page</title>",
    });
    const url = await run(folder, "dev", "--port", "0").ready();
    expect(await (await fetch(`${url}/any/where`)).text()).toContain("<title>Page");
    expect((await fetch(`${url}/any/where`, { method: "POST" })).status).toBe(405);
    expect(await (await fetch(`${url}/rooms/a`, { method: "POST" })).json()).toMatchObject({
      word: "x",
    });
    const scheduled = await fetch(`${url}/cdn-cgi/handler/scheduled`);
    expect([404, 405]).not.toContain(scheduled.status);
  });

  it("puts its flags before the options of the project's own plugin", async () => {
    const { folder } = project({
      "wrangler.jsonc": WRANGLER.replace(/}$/, ',"env":{"other":{"vars":{"GREETING":"other"}}}}'),
      "src/server.ts": server("x"),
      "vite.config.ts": `import { freehold } from "freehold/vite";
        export default { plugins: [freehold({ dataDirectory: "project-data" })] };`,
    });
    const flags = ["--port", "0", "--data", "flag-data", "--env", "other"];
    const url = await run(folder, "dev", ...flags).ready();
    expect(await (await fetch(`${url}/greeting`)).text()).toBe("other");
    expect(readdirSync(folder)).toContain("flag-data");
    expect(readdirSync(folder)).not.toContain("project-data");
  });

  it("sets aside the plugin of another runtime", async () => {
    const { folder } = project({
      "wrangler.jsonc": WRANGLER,
      "src/server.ts": server("ours"),
      "vite.config.ts": `
        const theirs = [{ name: "vite-plugin-cloudflare" }, { name: "vite-plugin-cloudflare:dev", configureServer() { throw new Error("theirs ran"); } }];
        export default { plugins: [Promise.resolve(theirs), null], server: { port: 0 } };`,
    });
    const url = await run(folder, "dev").ready();
    // As the project says; without a word it would be this one.
    expect(new URL(url).port).not.toBe("5173");
    expect(await (await fetch(`${url}/e`)).json()).toMatchObject({ word: "ours" });
  });
});
