import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  findChromium,
  launchChromium,
  type TestBrowser,
} from "../../../scripts/testing/chromium.ts";
import { bundleWorker } from "./support/bundle.ts";
import { runOnFreehold } from "./support/freehold.ts";
import { localPath } from "./support/path.ts";
import type { RunningWorker } from "./support/workerd.ts";

/** The page's scripts, by file name: the entry, and what it loads later. */
async function bundlePage(): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [localPath("../fixtures/page/client-page.ts")],
    bundle: true,
    splitting: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2024",
    conditions: ["freehold-source"],
    outdir: "out",
    logLevel: "error",
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
}

function servePage(scripts: ReadonlyMap<string, string>): Promise<Server> {
  const server = createServer((request, response) => {
    const script = scripts.get(basename(request.url ?? ""));
    response.setHeader("content-type", script === undefined ? "text/html" : "text/javascript");
    response.end(script ?? '<!doctype html><script type="module" src="/client-page.js"></script>');
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

describe.skipIf(!findChromium())("the client in a browser", () => {
  let worker: RunningWorker;
  let server: Server;
  let browser: TestBrowser;

  beforeAll(async () => {
    server = await servePage(await bundlePage());
    const script = await bundleWorker(localPath("../fixtures/exchange.ts"));
    worker = await runOnFreehold({ script, objects: { Exchange: "Exchange" } });
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await worker?.stop();
    server?.close();
  });

  test("talks over both wires, and loads the second one's library only for it", async () => {
    const page = await browser.context.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction("globalThis.story");
    const tell = (story: string) => page.evaluate(`story.${story}`);
    const host = JSON.stringify(worker.host);
    const talked = { first: { count: 0 }, echo: "heard hello", state: { count: 3 } };
    expect(await tell(`talk(${host}, "plain", "cf-websocket")`)).toEqual({
      name: "plain",
      ...talked,
    });
    expect(await tell("scripts()")).toBe(1);
    expect(await tell(`talk(${host}, "other", "capnweb")`)).toEqual({ name: "other", ...talked });
    expect(await tell("scripts()")).toBeGreaterThan(1);
    expect(await tell(`native(${host})`)).toEqual({
      sum: 3,
      counts: [1, 2],
      chunks: [1, 2, 3],
      lost: "connection_lost",
      lastWord: "heard your last word",
      closedWith: 4001,
    });
  });
});
