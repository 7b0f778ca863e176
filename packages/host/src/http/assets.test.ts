import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AssetsConfig } from "../config/wrangler.ts";
import { matchAsset } from "./asset-paths.ts";
import { parseHeaderRules, parseRedirects } from "./asset-rules.ts";
import { Assets } from "./assets.ts";
import { Request } from "./request.ts";

const REDIRECTS = `# where things went
/old /new
/perm /about?k=1 301
/old-code /app.js 200
/pages/* /docs/:splat 200
/user/:id/:tab /u/:tab/:id 308
/section /about#end
/away https://example.com/there 307
/app.js /never 404
/tree/* /:splat
`;
const HEADERS = `/*
  X-All: 1
  X-Twice: a
/about
  X-Twice: b
  Cache-Control: max-age=9
  ! ETag
/docs/*
  ! X-All
  X-Rest: rest :splat
https://other.example/*
  X-Host: 1
`;

let root = "";
let directory = "";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "freehold-assets-"));
  directory = join(root, "public");
  await mkdir(join(directory, "docs"), { recursive: true });
  await mkdir(join(directory, "deep/er"), { recursive: true });
  await mkdir(join(directory, "drafts"));
  const files = {
    "index.html": "home",
    "about.html": "about",
    "docs/index.html": "docs",
    "404.html": "lost",
    "deep/404.html": "deeply lost",
    "app.js": "code",
    "a b.txt": "space",
    "big.bin": "x".repeat(300_000),
    "a+b.txt": "plus",
    "drafts/one.txt": "draft",
    ".assetsignore": "drafts\n",
    _redirects: REDIRECTS,
    _headers: HEADERS,
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
    "/.assetsignore",
    "/drafts/one.txt",
    "/__proto__",
    `/${"a/".repeat(2000)}`,
  ])("%.40s is nobody's file", async (path) => {
    const response = await (await open()).fetch(request(path));
    expect([response.status, await response.text()]).toEqual([404, ""]);
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

  // As workerd answers them: automatic, forced, dropped and no slashes; `-` goes to the Worker.
  const ANSWERS = `
    /                  HOME      HOME        HOME        -
    /index             >/        >/          >/          -
    /index.html        >/        >/          >/          HOME
    /about             ABOUT     >/about/    ABOUT       -
    /about/            >/about   ABOUT       >/about     -
    /about.html        >/about   >/about/    >/about     ABOUT
    /about/index       >/about   >/about/    >/about     -
    /about/index.html  >/about   >/about/    >/about     -
    /docs              >/docs/   >/docs/     DOCS        -
    /docs/             DOCS      DOCS        >/docs      -
    /docs.html         >/docs/   >/docs/     >/docs      -
    /docs/index        >/docs/   >/docs/     >/docs      -
    /docs/index.html   >/docs/   >/docs/     >/docs      DOCS
    /both              FILE      >/both/     FILE        -
    /both/             FOLDER    FOLDER      >/both      -
    /both.html         >/both    FILE        >/both      FILE
    /both/index        >/both/   >/both/     >/both      -
    /both/index.html   >/both/   >/both/     FOLDER      FOLDER
    /exact             EXACT     EXACT       EXACT       EXACT
    /exact/            -         PAGE        -           -
    /exact.html        PAGE      >/exact/    PAGE        PAGE
    /page.html         >/page.html/ >/page.html/ ODD     -
    /page.html/        ODD       ODD         >/page.html -
    /page              -         -           -           -
    //about            >/about   >/about/    >/about     -
    /docs//index.html  >/docs/   >/docs/     >/docs      >/docs/index.html
    /nothing           -         -           -           -`;
  const FILES: Readonly<Record<string, string>> = {
    "/index.html": "HOME",
    "/about.html": "ABOUT",
    "/docs/index.html": "DOCS",
    "/both.html": "FILE",
    "/both/index.html": "FOLDER",
    "/exact": "EXACT",
    "/exact.html": "PAGE",
    "/page.html/index.html": "ODD",
  };
  const HANDLINGS = [
    "auto-trailing-slash",
    "force-trailing-slash",
    "drop-trailing-slash",
    "none",
  ] as const;

  test.each(
    ANSWERS.trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/)),
  )("%s is found by each rule as on workerd", (path = "", ...answers) => {
    const found = HANDLINGS.map((handling) => {
      const match = matchAsset(path, (name) => name in FILES, handling);
      if (!match) return "-";
      return match.type === "file" ? FILES[match.path] : `>${match.to}`;
    });
    expect(found).toEqual(answers);
  });

  test.each([
    ["/%61bout?x", "/about?x"],
    ["/a+b.txt", "/a%2Bb.txt"],
    ["/a%2bb.txt", "/a%2Bb.txt"],
    ["/app%2Ejs", "/app.js"],
    ["/docs%2F", "/docs/"],
  ])("%s, written in another way, leads to its address", async (path, address) => {
    const response = await (await open()).fetch(request(path));
    expect([response.status, response.headers.get("location")]).toEqual([307, address]);
    expect((await (await open()).fetch(request(address))).status).toBe(200);
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

describe("parts of a file", () => {
  test.each([
    ["bytes=1-2", 206, "od", "bytes 1-2/4"],
    ["bytes=2-", 206, "de", "bytes 2-3/4"],
    ["bytes=-1", 206, "e", "bytes 3-3/4"],
    ["bytes=0-99", 206, "code", "bytes 0-3/4"],
    ["bytes=-99", 206, "code", "bytes 0-3/4"],
    ["bytes=4-", 416, "", "bytes */4"],
    ["bytes=-0", 416, "", "bytes */4"],
    ["bytes=3-1", 200, "code", null],
    ["bytes=0-1,2-3", 200, "code", null],
    ["bytes=-", 200, "code", null],
    ["lines=1-2", 200, "code", null],
    ["bytes=99999999999999999999-", 200, "code", null],
  ])("%s answers %d", async (range, status, body, described) => {
    const response = await (await open()).fetch(request("/app.js", { range }));
    expect([response.status, await response.text()]).toEqual([status, body]);
    expect(response.headers.get("content-range")).toBe(described);
  });

  test("of a large file are streamed, and only of the version that the client knows", async () => {
    const assets = await open();
    const last = await assets.fetch(request("/big.bin", { range: "bytes=299990-" }));
    expect([last.status, await last.text()]).toEqual([206, "x".repeat(10)]);
    const range = "bytes=0-1";
    const etag = last.headers.get("etag") ?? "";
    const same = await assets.fetch(request("/big.bin", { range, "if-range": etag }));
    expect([same.status, await same.text()]).toEqual([206, "xx"]);
    const other = await assets.fetch(request("/big.bin", { range, "if-range": '"other"' }));
    expect([other.status, (await other.text()).length]).toEqual([200, 300_000]);
    expect((await assets.fetch(request("/app.js", { range }, "HEAD"))).status).toBe(200);
  });
});

describe("rules", () => {
  test.each([
    ["/old?q=1", 302, "/new?q=1"],
    ["/perm?q=1", 301, "/about?k=1"],
    ["/user/7/posts", 308, "/u/posts/7"],
    ["/user/7", 404, null],
    ["/section?q=1", 302, "/about?q=1#end"],
    ["/away", 307, "https://example.com/there"],
    ["/old-code", 200, null],
    ["/pages/", 200, null],
    ["/pages", 404, null],
    ["/tree//evil.example", 302, "/evil.example"],
  ])("of _redirects: %s answers %d", async (path, status, location) => {
    const assets = await open();
    const response = await assets.fetch(request(path));
    expect([response.status, response.headers.get("location")]).toEqual([status, location]);
    expect(assets.route(request(path, {}, "POST"))).toBe(status === 404 ? "worker" : "asset");
  });

  test("of _headers add, replace and remove", async () => {
    const assets = await open();
    const at = async (path: string) => (await assets.fetch(request(path))).headers;
    const about = await at("/about");
    expect([about.get("x-twice"), about.get("cache-control")]).toEqual(["a, b", "max-age=9"]);
    expect([about.has("etag"), about.has("x-host")]).toEqual([false, false]);
    const docs = await at("/docs/missing");
    expect([docs.get("x-rest"), docs.has("x-all")]).toEqual(["rest missing", false]);
    expect((await at("/old")).get("x-all")).toBe("1");
    const other = await assets.fetch(new Request("https://other.example/app.js"));
    expect(other.headers.get("x-host")).toBe("1");
  });

  test("that cannot be used are named with their line", async () => {
    const problems: string[] = [];
    await Assets.open(
      { directory, binding: undefined, notFoundHandling: "none", runWorkerFirst: false },
      "2026-06-11",
      (problem) => problems.push(problem),
    );
    expect(problems).toEqual(["_redirects:9: 404 is not a status of a redirect."]);
    for (const line of ["/a", "a /b", "/*/* /b", "/a b", "/a //b 302 x", "/a http://b 200"]) {
      const { rules, problems: found } = parseRedirects(line);
      expect([rules.length, found.length]).toEqual(line === "/a //b" ? [1, 0] : [0, 1]);
    }
    const { rules, problems: found } = parseHeaderRules(
      "X: 1\n/a\nno\nA B: c\n: d\n/b\nX: ü\u0100",
    );
    expect([rules.map((rule) => rule.set.length), found.length]).toEqual([[0, 0], 5]);
    const many = parseHeaderRules("/a\nX: 1\n".repeat(200));
    expect([many.rules.length, many.problems.length]).toEqual([100, 1]);
  });

  test("redirects are followed for a binding, inside the folder only", async () => {
    const assets = await open();
    expect(await (await assets.fetchFollowing(request("/about.html"))).text()).toBe("about");
    const away = await assets.fetchFollowing(request("/away"));
    expect(away.status).toBe(307);
    const post = await assets.fetchFollowing(request("/perm", {}, "POST"));
    expect([post.status, await post.text()]).toEqual([200, "about"]);
    const manual = new Request("http://x/about.html", { redirect: "manual" });
    expect((await assets.fetchFollowing(manual)).status).toBe(307);
  });
});

describe("routing", () => {
  const navigate = { "sec-fetch-mode": "navigate" };

  test("files first, then the Worker, and the page for navigations", async () => {
    const assets = await open({ notFoundHandling: "single-page-application" });
    expect(assets.route(request("/app.js"))).toBe("asset");
    expect(assets.route(request("/app.js", {}, "POST"))).toBe("asset");
    expect(assets.route(request("/api"))).toBe("worker");
    expect(assets.route(request("/chat/7", navigate))).toBe("page");
    const older = await open({ notFoundHandling: "single-page-application" }, "2025-03-31");
    expect(older.route(request("/chat/7", navigate))).toBe("worker");
    expect((await open()).route(request("/chat/7", navigate))).toBe("worker");
    const lost = await open({ notFoundHandling: "404-page" });
    expect(lost.route(request("/chat/7", navigate))).toBe("page");
  });

  test("the Worker first where it is asked for", async () => {
    const assets = await open({
      notFoundHandling: "single-page-application",
      runWorkerFirst: ["/agents/*", "/a.c", "!/agents/docs/*"],
    });
    expect(assets.route(request("/agents/chat/7", navigate))).toBe("worker");
    expect(assets.route(request("/agents/docs/7"))).toBe("asset");
    expect(assets.route(request("/abc", navigate))).toBe("page");
    expect((await open({ runWorkerFirst: true })).route(request("/app.js"))).toBe("worker");
  });

  test("a list leaves all that it does not name to the files, whatever is asked and when", async () => {
    for (const date of ["2026-06-11", "2025-03-31"]) {
      const runWorkerFirst = ["/agents/*"];
      const application = await open(
        { notFoundHandling: "single-page-application", runWorkerFirst },
        date,
      );
      for (const method of ["GET", "HEAD", "POST"]) {
        expect(application.route(request("/nothing", {}, method))).toBe("page");
        expect(application.route(request("/agents/x", {}, method))).toBe("worker");
      }
      expect((await application.fetch(request("/nothing", {}, "POST"))).status).toBe(405);
      const lost = await open({ notFoundHandling: "404-page", runWorkerFirst }, date);
      expect(lost.route(request("/nothing"))).toBe("page");
      const plain = await open({ runWorkerFirst }, date);
      expect(plain.route(request("/nothing"))).toBe("worker");
    }
  });

  test("a folder that is missing is a mistake that is named", async () => {
    await expect(open({ directory: join(root, "none") })).rejects.toMatchObject({
      code: "ASSETS_UNREADABLE",
    });
    const none = await open({ directory: undefined });
    expect(none.route(request("/app.js"))).toBe("worker");
  });
});
