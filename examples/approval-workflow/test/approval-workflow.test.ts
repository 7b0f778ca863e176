import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import type { Locator, Page } from "playwright-core";
import { build, defaultClientConditions } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  findChromium,
  launchChromium,
  type TestBrowser,
} from "../../../scripts/testing/chromium.ts";
import { DevApp } from "../../../scripts/testing/dev-app.ts";
import { clock, listen, type RunningTestWorker, startWorker } from "./hosted.ts";

const APP = join(import.meta.dirname, "..");
/** In a variable, since its types are the platform's and not the page's. */
const WORKER: string = fileURLToPath(new URL("../src/server.ts", import.meta.url));

/** One page of the app, in the words of a person who uses it. */
class Tab {
  readonly page: Page;
  readonly failures: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.failures.push(error.message));
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page
      .getByRole("status", { name: "Connection" })
      .filter({ hasText: /^Connected$/ })
      .waitFor();
  }

  async request(what: string): Promise<void> {
    await this.page.getByRole("textbox", { name: "What do you need?" }).fill(what);
    await this.page.keyboard.press("Enter");
  }

  purchase(what: string): Locator {
    return this.page.getByRole("article", { name: what });
  }

  says(what: string, words: string | RegExp): Promise<void> {
    return this.purchase(what).getByRole("status").filter({ hasText: words }).waitFor();
  }

  async decide(what: string, by: string, reason?: string): Promise<void> {
    const purchase = this.purchase(what);
    await purchase.getByRole("textbox", { name: "Your name" }).fill(by);
    if (reason) await purchase.getByRole("textbox", { name: "Reason" }).fill(reason);
    await purchase.getByRole("button", { name: reason ? "Decline" : "Approve" }).click();
  }
}

describe.skipIf(!findChromium())("the approval workflow", { timeout: 300_000 }, () => {
  let browser: TestBrowser;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
  });

  describe("over days, on the test's clock", () => {
    let folder: string;
    let worker: RunningTestWorker;
    let one: Tab;
    let two: Tab;
    let url: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "freehold-approval-"));
      await build({
        ...{ root: APP, configFile: false, plugins: [react()], logLevel: "error" },
        resolve: { conditions: ["freehold-source", ...defaultClientConditions] },
        build: { outDir: folder, emptyOutDir: true },
      });
      worker = await startWorker({
        load: () => import(/* @vite-ignore */ WORKER),
        objects: { Desk: "Desk" },
        workflows: { PURCHASE: "Purchase" },
        assets: {
          ...{ directory: folder, binding: undefined },
          notFoundHandling: "single-page-application",
          runWorkerFirst: ["/agents/*"],
        },
        clock: { now: "2040-03-01T09:00:00Z", paused: true },
      });
      ({ url } = await listen());
      one = new Tab(await browser.context.newPage());
      two = new Tab(await browser.context.newPage());
      await one.open(url);
      await two.open(url);
    });

    afterAll(async () => {
      await worker?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    it("researches, and asks every page", async () => {
      await one.request("A lamp");
      for (const tab of [one, two]) {
        await tab.says("A lamp", "Waiting for a decision");
        expect(await tab.purchase("A lamp").getByRole("listitem").count()).toBe(3);
      }
    });

    it("waits for days, and an approval counts", async () => {
      await clock.advance("5d");
      await two.open(url);
      await two.says("A lamp", "Waiting for a decision");
      await two.decide("A lamp", "Ada");
      await one.says("A lamp", "Approved by Ada; it will be ordered on March 9, 2040");
    });

    it("acts when its day has come, and not before", async () => {
      await clock.advance("2d");
      await one.open(url);
      await one.says("A lamp", "Approved by Ada");
      await clock.advance("2d");
      await one.open(url);
      await one.says("A lamp", /^Ordered: \w-\w{6}$/);
    });

    it("does nothing where nobody decides, or somebody declines", async () => {
      await one.open(url);
      await one.request("A piano");
      await one.says("A piano", "Waiting for a decision");
      await one.decide("A piano", "Bob", "It is too loud");
      await one.says("A piano", "Declined by Bob: It is too loud");
      await one.request("A boat");
      await one.says("A boat", "Waiting for a decision");
      await clock.advance("31d");
      await one.open(url);
      await one.says("A boat", "Not ordered");
      expect(await one.purchase("A boat").getByRole("button").count()).toBe(0);
      expect([...one.failures, ...two.failures]).toEqual([]);
    });
  });

  it("starts with `npm start`, and goes on after SIGKILL", async () => {
    await using app = await DevApp.copy(APP);
    await app.start();
    const tab = new Tab(await browser.context.newPage());
    await tab.open(app.url);
    await tab.request("A desk");
    await tab.says("A desk", "Waiting for a decision");
    await app.kill();
    await app.start();
    await tab.open(app.url);
    await tab.decide("A desk", "Ada");
    await tab.says("A desk", "Approved by Ada");
    expect(tab.failures).toEqual([]);
  });
});
