import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AssetsConfig } from "../config/wrangler.ts";
import { matchAsset } from "./asset-paths.ts";
import { Assets } from "./assets.ts";
import { Request } from "./request.ts";

let root = "";
let directory = "";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "freehold-assets-"));
  directory = join(root, "public");
  await mkdir(join(directory, "docs"), { recursive: true });
  await mkdir(join(directory, "deep/er"), { recursive: true });
  const files = {
    "index.html": "home",
    "about.html": "about",
    "docs/index.html": "docs",
    "404.html": "lost",
    "deep/404.html": "deeply lost",
    "app.js": "code",
    "a b.txt": "space",
    "big.bin": "x".repeat(300_000),
    _headers: "/* X: y",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  await writeFile(join(root, "secret.txt"), "secret");
  await symlink(join(root, "secret.txt"), join(directory, "link.txt"));
  await symlink(root, join(directory, "up"));
});

afterAll(() => rm(root, { recursive: true, force: true }));

function open(config: Partial<AssetsConfig> = {}, date = "2026-06-11"): Promise<Assets> {
  return Assets.open(
    { directory, binding: undefined, notFoundHandling: "none", runWorkerFirst: false, ...config },
    date,
  );
}

const request = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  new Request(`http://x${path}`, { headers, method });

describe("files", () => {
  test("are served with type and tag, and not again when the client has them", async () => {
    const assets = await open();
    const response = await assets.fetch(request("/app.js?v=1"));
    expect([response.status, await response.text()]).toEqual([200, "code"]);
    expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    const etag = response.headers.get("etag") ?? "";
    const again = await assets.fetch(request("/app.js", { "if-none-match": `"x", W/${etag}` }));
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    const head = await assets.fetch(request("/app.js", {}, "HEAD"));
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([
      200,
      "4",
      "",
    ]);
    expect(await (await assets.fetch(request("/a%20b.txt"))).text()).toBe("space");
    expect((await (await assets.fetch(request("/big.bin"))).text()).length).toBe(300_000);
    expect((await assets.fetch(request("/app.js", {}, "POST"))).status).toBe(405);
  });

  test.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%5csecret.txt",
    "//secret.txt",
    "/link.txt",
    "/up/secret.txt",
    "/app.js%00.html",
    "/%00",
    "/%ff",
    "/docs/../../secret.txt",
    "/_headers",
    "/__proto__",
    `/${"a/".repeat(2000)}`,
  ])("%.40s is nobody's file", async (path) => {
    const response = await (await open()).fetch(request(path));
    expect([response.status, await response.text()]).toEqual([404, "Not Found"]);
  });
});

describe("pages", () => {
  test.each([
    ["/", 200, "home"],
    ["/index.html", 307, "/"],
    ["/index", 307, "/"],
    ["/about", 200, "about"],
    ["/about.html?q=1", 307, "/about?q=1"],
    ["/about/", 307, "/about"],
    ["/docs/", 200, "docs"],
    ["/docs", 307, "/docs/"],
    ["/docs/index.html", 307, "/docs/"],
    ["/docs/index", 307, "/docs/"],
  ])("%s answers %d %s", async (path, status, expected) => {
    const response = await (await open()).fetch(request(path));
    expect(response.status).toBe(status);
    const found = status === 307 ? response.headers.get("location") : await response.text();
    expect(found).toBe(expected);
  });

  test("have one address by each rule", () => {
    const files = new Set(["/index.html", "/about.html", "/docs/index.html"]);
    const at = (path: string, handling: Parameters<typeof matchAsset>[2]) => {
      const match = matchAsset(path, (name) => files.has(name), handling);
      return match && (match.type === "file" ? match.path : `-> ${match.to}`);
    };
    expect(at("/about", "force-trailing-slash")).toBe("-> /about/");
    expect(at("/about/", "force-trailing-slash")).toBe("/about.html");
    expect(at("/docs/", "drop-trailing-slash")).toBe("-> /docs");
    expect(at("/docs", "drop-trailing-slash")).toBe("/docs/index.html");
    expect(at("/about", "none")).toBe(undefined);
    expect(at("/about.html", "none")).toBe("/about.html");
    expect(at("/nothing", "auto-trailing-slash")).toBe(undefined);
  });

  test("stand in for missing ones as configured", async () => {
    const application = await open({ notFoundHandling: "single-page-application" });
    const page = await application.fetch(request("/any/where"));
    expect([page.status, await page.text()]).toEqual([200, "home"]);
    const lost = await open({ notFoundHandling: "404-page" });
    const top = await lost.fetch(request("/nowhere"));
    expect([top.status, await top.text()]).toEqual([404, "lost"]);
    expect(await (await lost.fetch(request("/deep/er/x"))).text()).toBe("deeply lost");
  });
});

describe("routing", () => {
  const navigate = { "sec-fetch-mode": "navigate" };

  test("files first, then the Worker, and the page for navigations", async () => {
    const assets = await open({ notFoundHandling: "single-page-application" });
    expect(assets.route(request("/app.js"))).toBe("asset");
    expect(assets.route(request("/app.js", {}, "POST"))).toBe("worker");
    expect(assets.route(request("/api"))).toBe("worker");
    expect(assets.route(request("/chat/7", navigate))).toBe("page");
    const older = await open({ notFoundHandling: "single-page-application" }, "2025-03-31");
    expect(older.route(request("/chat/7", navigate))).toBe("worker");
    expect((await open()).route(request("/chat/7", navigate))).toBe("worker");
  });

  test("the Worker first where it is asked for", async () => {
    const assets = await open({
      notFoundHandling: "single-page-application",
      runWorkerFirst: ["/agents/*", "/a.c", "!/agents/docs/*"],
    });
    expect(assets.route(request("/agents/chat/7", navigate))).toBe("worker");
    expect(assets.route(request("/agents/docs/7", navigate))).toBe("page");
    expect(assets.route(request("/abc", navigate))).toBe("page");
    expect((await open({ runWorkerFirst: true })).route(request("/app.js"))).toBe("worker");
  });

  test("a folder that is missing is a mistake that is named", async () => {
    await expect(open({ directory: join(root, "none") })).rejects.toMatchObject({
      code: "ASSETS_UNREADABLE",
    });
    const none = await open({ directory: undefined });
    expect(none.route(request("/app.js"))).toBe("worker");
  });
});
