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

/** One page, in the words of a person who uses it. */
class Tab {
  readonly page: Page;
  readonly failures: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.failures.push(error.message));
  }

  async open(url: string, example: string): Promise<void> {
    await this.page.goto(`${url}#${example}`);
    await this.page.reload();
  }

  async say(text: string): Promise<void> {
    await this.page.getByRole("textbox", { name: "Message" }).fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** Waits until the last message holds some words. */
  async hears(words: string | RegExp): Promise<void> {
    const messages = this.page.getByRole("list", { name: "Messages" }).locator("> li");
    await messages.last().filter({ hasText: words }).waitFor();
  }

  async isReady(): Promise<void> {
    const state = this.page.getByRole("status", { name: "State" });
    await state.filter({ hasText: /^ready$/ }).waitFor();
  }

  click(name: string): Promise<void> {
    return this.page.getByRole("button", { name, exact: true }).click();
  }

  messages(): Promise<string[]> {
    return this.page.getByRole("list", { name: "Messages" }).locator("> li").allInnerTexts();
  }
}

describe.skipIf(!findChromium())("the chats", { timeout: 300_000 }, () => {
  let browser: TestBrowser;
  let app: DevApp;
  let one: Tab;
  let two: Tab;

  beforeAll(async () => {
    app = await DevApp.copy(APP);
    await app.start();
    browser = await launchChromium();
    one = new Tab(await browser.context.newPage());
    two = new Tab(await browser.context.newPage());
  });

  afterAll(async () => {
    await browser?.close();
    await app?.[Symbol.asyncDispose]();
  });

  async function openBoth(example: string): Promise<void> {
    await one.open(app.url, example);
    await two.open(app.url, example);
    await one.isReady();
    await two.isReady();
  }

  it("shows a plain conversation in every tab, and clears it", async () => {
    await openBoth("plain");
    await one.say("hello");
    for (const tab of [one, two]) {
      await tab.hears("You said “hello”. I count: 1 2 3. Done.");
      await tab.isReady();
    }
    expect(await two.messages()).toHaveLength(2);
    await two.click("Clear");
    const gone = one.page.getByText("You said");
    await gone.waitFor({ state: "detached" });
    expect(await one.messages()).toEqual([]);
  });

  it("runs tools in the agent and in the page", async () => {
    await openBoth("tools");
    await one.say("the weather in Oslo?");
    for (const tab of [one, two]) await tab.hears("It says: 22 degrees and sunny in Oslo.");
    await one.isReady();
    await one.say("what is my time zone?");
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    for (const tab of [one, two]) await tab.hears(`It says: ${zone}.`);
  });

  it("asks a person, where it is about much", async () => {
    await openBoth("approval");
    await one.say("pay 50");
    await one.hears("It says: 50 euros are paid.");
    await one.isReady();
    await one.say("pay 500");
    await two.click("Approve");
    for (const tab of [one, two]) await tab.hears("It says: 500 euros are paid.");
    await one.isReady();
    await one.say("pay 700");
    await one.click("Decline");
    for (const tab of [one, two]) await tab.hears("Then I leave it.");
  });

  it("goes on with an answer after a reload, and after the end of the server", async () => {
    await openBoth("long");
    await one.say("count to 60");
    await one.hears(" 5 ");
    await one.page.reload();
    await one.hears("59 60. Done.");
    await one.isReady();
    expect((await one.messages())[1]).toBe((await two.messages())[1]);
    await one.say("count to 90");
    await two.hears(" 5 ");
    await one.click("Stop");
    await one.isReady();
    await two.isReady();
    expect((await two.messages()).at(-1)).not.toContain("Done");
    await app.kill();
    await app.start();
    await openBoth("long");
    await one.say("count to 2");
    for (const tab of [one, two]) await tab.hears("1 2. Done.");
  });

  it("keeps several conversations apart", async () => {
    await one.open(app.url, "sessions");
    for (const title of ["Travel", "Work"]) {
      await one.page.getByRole("textbox", { name: "Title" }).fill(title);
      await one.click("Begin");
      await one.page.getByRole("button", { name: title, exact: true, pressed: true }).waitFor();
      await one.isReady();
      await one.say(`about ${title}`);
      await one.hears(`You said “about ${title}”`);
    }
    await one.click("Travel");
    await one.hears("You said “about Travel”");
    expect(await one.messages()).toHaveLength(2);
    await one.click("End Work");
    await one.page
      .getByRole("button", { name: "Work", exact: true })
      .waitFor({ state: "detached" });
    expect([...one.failures, ...two.failures]).toEqual([]);
  });
});
