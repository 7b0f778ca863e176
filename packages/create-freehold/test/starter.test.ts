import { join } from "node:path";
import type { Locator, Page, WebSocket } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from "vitest";
import {
  findChromium,
  launchChromium,
  type TestBrowser,
} from "../../../scripts/testing/chromium.ts";
import { DevApp } from "../../../scripts/testing/dev-app.ts";

/** One page of the starter, in the words of a person who uses it. */
class Tab {
  readonly page: Page;
  readonly log: Locator;
  /** Sockets to the agent, of all this page has opened. */
  readonly sockets: WebSocket[] = [];
  readonly failures: string[] = [];

  constructor(page: Page) {
    this.page = page;
    this.log = page.getByRole("log", { name: "Conversation" });
    page.on("websocket", (socket) => {
      if (socket.url().includes("/agents/")) this.sockets.push(socket);
    });
    page.on("pageerror", (error) => this.failures.push(error.message));
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.connected();
  }

  async connected(): Promise<void> {
    const status = this.page.getByRole("status", { name: "Connection" });
    await status.filter({ hasText: /^Connected$/ }).waitFor();
  }

  async say(text: string): Promise<void> {
    await this.page.getByRole("textbox", { name: "Message" }).fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** Waits until no answer is being written. */
  async quiet(): Promise<void> {
    await this.page.getByRole("button", { name: "Send" }).waitFor();
  }

  hears(text: string): Promise<void> {
    return this.log.getByText(text).last().waitFor();
  }

  get name(): Locator {
    return this.page.getByRole("textbox", { name: "Name" });
  }

  get reminders(): Locator {
    return this.page.getByRole("list", { name: "Pending reminders" });
  }

  async setReminder(text: string, seconds: number): Promise<void> {
    const form = this.page.getByRole("form", { name: "New reminder" });
    await form.getByRole("textbox", { name: "What to be reminded of" }).fill(text);
    await form.getByRole("spinbutton", { name: "in" }).fill(String(seconds));
    await form.getByRole("combobox", { name: "Unit of time" }).selectOption("seconds");
    await form.getByRole("button", { name: "Set reminder" }).click();
    await this.reminders.getByText(text).waitFor();
  }

  async hearsReminder(text: string): Promise<void> {
    const entry = this.log.getByRole("article", { name: /^Reminder from/ });
    await entry.filter({ hasText: text }).waitFor({ timeout: 40_000 });
  }
}

describe.skipIf(!findChromium())("the starter", { timeout: 120_000 }, () => {
  let app: DevApp;
  let browser: TestBrowser;
  let one: Tab;
  let two: Tab;

  beforeAll(async () => {
    app = await DevApp.copy(join(import.meta.dirname, "../template"));
    await app.start();
    browser = await launchChromium();
    browser.context.setDefaultTimeout(20_000);
    one = new Tab(await browser.context.newPage());
    two = new Tab(await browser.context.newPage());
    await one.open(app.url);
    await two.open(app.url);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await app?.[Symbol.asyncDispose]();
  }, 60_000);

  const showOutputOnFailure = () => {
    onTestFailed(() => {
      console.error(`Output of freehold dev:\n${app.output}`);
      console.error(
        `Errors of the pages: ${[...one.failures, ...two.failures].join("\n") || "none"}`,
      );
    });
  };

  it("says honestly which model speaks", async () => {
    showOutputOnFailure();
    const section = one.page.getByRole("region", { name: "Where the words come from" });
    await section.getByText("not a language model").waitFor();
  });

  it("streams an answer to the tab that asked and to the other", async () => {
    showOutputOnFailure();
    await one.say("What can you do?");
    const underWay = two.page.locator('[role="log"][aria-busy="true"] article[aria-busy="true"]');
    await underWay.getByText("I am Wren").waitFor();
    expect(await underWay.textContent()).not.toContain("to give me a real model.");
    await Promise.all([one, two].map((tab) => tab.hears("to give me a real model.")));
    await two.hears("What can you do?");
    await Promise.all([one.quiet(), two.quiet()]);
  });

  it("syncs the state between tabs, whoever changes it", async () => {
    showOutputOnFailure();
    await one.name.fill("Ada");
    await expect.poll(() => two.name.inputValue()).toBe("Ada");
    await two.page.getByRole("radio", { name: "Warm" }).check();
    await expect.poll(() => one.page.getByRole("radio", { name: "Warm" }).isChecked()).toBe(true);

    await two.say("note: the key is under the mat");
    const notes = one.page.getByRole("textbox", { name: "Notes" });
    await expect.poll(() => notes.inputValue()).toBe("the key is under the mat");
    await two.quiet();
  });

  it("fires reminders that were set by form and by chat, and cancels", async () => {
    showOutputOnFailure();
    await one.setReminder("Stretch", 2);
    await Promise.all([one, two].map((tab) => tab.hearsReminder("Stretch")));

    await two.say("remind me in 2 seconds to wave");
    await Promise.all([one, two].map((tab) => tab.hearsReminder("Wave")));
    await two.quiet();

    await one.setReminder("Never", 600);
    await two.page.getByRole("button", { name: "Cancel reminder: Never" }).click();
    await expect.poll(() => one.reminders.count()).toBe(0);
  });

  it("runs edited code on the same socket", async () => {
    showOutputOnFailure();
    const before = [one, two].map((tab) => tab.sockets.length);
    await app.edit("src/agent/offline-rules.ts", "Hello, how good", "Ahoy, how good");
    await expect
      .poll(
        async () => {
          await one.say("Hello");
          const answer = one.log.getByRole("article").last();
          await answer.getByText("how good").waitFor();
          await one.quiet();
          return answer.textContent();
        },
        { timeout: 30_000, interval: 500 },
      )
      .toContain("Ahoy, how good");
    expect([one, two].map((tab) => tab.sockets.length)).toEqual(before);
    expect([one, two].map((tab) => tab.sockets.at(-1)?.isClosed())).toEqual([false, false]);
    await two.hears("Ahoy, how good");
  });

  it("goes on after SIGKILL: conversation, state, and a reminder that waited", async () => {
    showOutputOnFailure();
    await one.setReminder("Still here", 20);
    await app.kill();
    const status = one.page.getByRole("status", { name: "Connection" });
    await status.filter({ hasText: /Reconnecting|Offline/ }).waitFor();
    await one.page.getByRole("textbox", { name: "Message" }).fill("unsent words");

    await app.start();
    await one.page.reload();
    await one.connected();
    await one.hears("What can you do?");
    await one.hears("Ahoy, how good");
    expect(await one.name.inputValue()).toBe("Ada");
    const message = one.page.getByRole("textbox", { name: "Message" });
    expect(await message.inputValue()).toBe("unsent words");

    await two.connected();
    await one.reminders.getByText("Still here").waitFor();
    await one.hearsReminder("Still here");
    await expect.poll(() => one.reminders.count()).toBe(0);
    expect([...one.failures, ...two.failures]).toEqual([]);
  });
});
