import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  findChromium,
  launchChromium,
  type TestBrowser,
} from "../../../scripts/testing/chromium.ts";
import { DevApp } from "../../../scripts/testing/dev-app.ts";

const APP = join(import.meta.dirname, "..");

/** The page, in the words of a person who uses it. */
class Reader {
  readonly page: Page;
  readonly failures: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.failures.push(error.message));
  }

  async ask(question: string): Promise<void> {
    await this.page.getByRole("textbox", { name: "Question" }).fill(question);
    await this.page.keyboard.press("Enter");
  }

  async hears(words: string | RegExp): Promise<void> {
    const messages = this.page.getByRole("list", { name: "Conversation" }).locator("> li");
    await messages.last().filter({ hasText: words }).waitFor();
  }

  /** Chooses the first source of the last answer, and reads what it says. */
  async source(file: string): Promise<string> {
    const mark = this.page.getByRole("button", { name: new RegExp(`Source \\d+: ${file}`) }).last();
    await mark.click();
    const source = this.page.getByRole("complementary", { name: "Source" });
    return (await source.allInnerTexts()).join("");
  }

  async reads(words: string | RegExp): Promise<void> {
    await this.page.getByRole("status", { name: "Reading" }).filter({ hasText: words }).waitFor();
  }

  click(name: string): Promise<void> {
    return this.page.getByRole("button", { name, exact: true }).click();
  }

  files(): Promise<string[]> {
    return this.page.getByRole("list", { name: "Files" }).getByRole("listitem").allInnerTexts();
  }
}

describe.skipIf(!findChromium())("the library", { timeout: 300_000 }, () => {
  let browser: TestBrowser;
  let app: DevApp;
  let reader: Reader;

  beforeAll(async () => {
    app = await DevApp.copy(APP);
    await app.start();
    browser = await launchChromium();
    reader = new Reader(await browser.context.newPage());
    await reader.page.goto(app.url);
  });

  afterAll(async () => {
    await browser?.close();
    await app?.[Symbol.asyncDispose]();
  });

  it("reads the shelf, and nothing of it twice", async () => {
    await reader.click("Read the shelf");
    await reader.reads(/^\d+ new passages\.$/);
    const files = await reader.files();
    expect(files).toHaveLength(10);
    await reader.click("Read the shelf");
    await reader.reads("Nothing new.");
    expect(await reader.files()).toEqual(files);
  });

  it("answers with sources that can be looked at", async () => {
    await reader.ask("How many slugs does a hedgehog eat in a night?");
    await reader.hears("a hedgehog takes about fifty in a night. [");
    expect(await reader.source("slugs.md")).toContain("Ground beetles, hedgehogs and runner ducks");
    await reader.ask("Why should potatoes be kept far from apples?");
    await reader.hears("ethylene, which makes potatoes sprout. [");
    expect(await reader.source("storage.md")).toContain("Potatoes and apples");
  });

  it("reads a file of the visitor's, and answers from it", async () => {
    const text =
      "# Lanterns\n\nThe lantern on the gate is lit with rapeseed oil by the youngest member.";
    const file = { name: "lanterns.md", mimeType: "text/markdown", buffer: Buffer.from(text) };
    await reader.page.getByLabel(/Add Markdown files/).setInputFiles(file);
    await reader.reads("1 new passages.");
    await reader.ask("Who lights the lantern on the gate?");
    await reader.hears("lit with rapeseed oil by the youngest member. [");
    expect(await reader.source("lanterns.md")).toContain("[1] lanterns.md");
  });

  it("has everything after a restart, and forgets what it is told to", async () => {
    // The open page would load itself anew once the server is back, in the middle of ours doing so.
    await reader.page.goto("about:blank");
    await app.kill();
    await app.start();
    await reader.page.goto(app.url);
    await reader.hears("youngest member");
    await reader.click("Forget lanterns.md");
    await expect.poll(async () => (await reader.files()).length).toBe(10);
    await reader.ask("Is the lantern lit with rapeseed oil?");
    await reader.page
      .getByRole("status", { name: "State" })
      .filter({ hasText: /^ready$/ })
      .waitFor();
    const said = reader.page.getByRole("list", { name: "Conversation" }).locator("> li");
    expect(await said.last().textContent()).not.toContain("youngest member");
    expect(reader.failures).toEqual([]);
  });
});
