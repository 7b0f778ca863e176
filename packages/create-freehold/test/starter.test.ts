import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findChromium } from "../../../scripts/testing/chromium.ts";
import { RunningApp } from "./running-app.ts";
import type { Tab } from "./tab.ts";

describe.skipIf(!findChromium())("the starter", { timeout: 120_000 }, () => {
  let app: RunningApp;
  let one: Tab;
  let two: Tab;

  beforeAll(async () => {
    app = await RunningApp.develop();
    const browser = await app.visitor();
    one = await app.tab(browser);
    await one.ask("Hello", "Ask me for the weather");
    two = await app.tab(browser, new URL(one.page.url()).pathname);
  }, 240_000);

  afterAll(() => app?.[Symbol.asyncDispose](), 60_000);
  beforeEach(() => app.explainFailure());

  it("says honestly that no language model speaks", async () => {
    await one.page.getByText("rules, no language model").waitFor();
    await one.ask("What can you do?", "Put one line in .dev.vars");
  });

  it("streams an answer to the tab that asked and to the other", async () => {
    await one.say("Count to 250");
    const underWay = two.log.locator('article[aria-busy="true"]');
    await underWay.getByText("1, 2, 3").waitFor();
    expect(await underWay.textContent()).not.toContain("249, 250");
    await Promise.all([one, two].map((tab) => tab.hears("249, 250")));
    await Promise.all([one, two].map((tab) => tab.quiet()));
    await two.hears("Count to 250");
  });

  it("gives a tab that is reloaded in the middle all of the answer, once", async () => {
    await one.say("Count to 150");
    await one.hears("1, 2, 3");
    await one.page.reload();
    await one.hears(/149, 150$/);
    await one.quiet();
    expect(await one.count(/149, 150$/)).toBe(1);
  });

  it("stops an answer by key and by click", async () => {
    await one.say("Count to 900");
    await Promise.all([one, two].map((tab) => tab.button("Stop").waitFor()));
    await one.page.keyboard.press("Escape");
    await Promise.all([one, two].map((tab) => tab.quiet()));
    await two.say("Count to 901");
    await two.button("Stop").click();
    await Promise.all([one, two].map((tab) => tab.quiet()));
    expect(await one.count(/899, 900/)).toBe(0);
    await one.page.reload();
    await one.log.getByText("Not finished").first().waitFor();
  });

  it("runs a tool on the server, and shows what went in and out", async () => {
    await one.ask("What is the weather in Lisbon?", "In Lisbon it is");
    const tool = one.log.getByRole("button", { name: /Weather in Lisbon/ }).last();
    await tool.click();
    await one.hears('"celsius"');
    await tool.press("Enter");
    await expect.poll(() => one.count('"celsius"')).toBe(0);
  });

  it("runs a tool in the page", async () => {
    await one.ask("What time is it here?", "Your browser says that it is");
    await two.hears("Your browser says that it is");
  });

  it("asks before it calculates with large numbers", async () => {
    await one.say("What is 5000 * 3?");
    await one.hears("May the agent do this?");
    await two.button("Approve: Calculate 5000 × 3").click();
    await Promise.all([one, two].map((tab) => tab.hears("15000")));
    await one.quiet();

    await one.say("What is 7000 - 1?");
    await one.button("Reject: Calculate 7000 − 1").click();
    await Promise.all([one, two].map((tab) => tab.hears("Then I leave it.")));
    await two.hears("Rejected");
    await one.quiet();
    await one.ask("What is 7 * 6?", "42");
  });

  it("shows what the model thinks, and folds it when it has thought", async () => {
    await one.ask("Is 221 a prime number?", "No, 221 is not prime");
    expect(await one.count(/13 divides it/)).toBe(0);
    await one.button("Reasoning").last().click();
    await one.hears("13 divides it");
  });

  it("schedules in seconds and at a date, lists, cancels, and says it when it is due", async () => {
    await one.ask("Remind me tomorrow at 9:00 to water the plants", "I will remind you on");
    await two.button("Scheduled: 1").click();
    const dialog = two.dialog("Scheduled");
    await dialog.getByText("Water the plants").waitFor();
    await dialog.getByRole("button", { name: "Cancel: Water the plants" }).click();
    await dialog.getByText("None.").waitFor();
    await two.page.keyboard.press("Escape");
    await one.button("Scheduled: 0").waitFor();

    await one.say("Remind me in 2 seconds to wave");
    for (const tab of [one, two]) {
      await tab.log.getByRole("article", { name: "Reminder" }).getByText("Wave").waitFor();
      await tab.page.getByRole("status", { name: "Notices" }).getByText("Wave").waitFor();
    }
    await one.quiet();
  });

  /** The name of the newest message that the agent has stored. */
  const lastStored = async () => {
    const id = one.page.url().split("/").at(-1);
    const response = await fetch(`${app.url}/agents/chat-agent/${id}/get-messages`);
    return ((await response.json()) as { id: string }[]).at(-1)?.id;
  };

  it("answers anew, and takes what was said in other words", async () => {
    await one.ask("Count to 3", "1, 2, 3");
    const before = await lastStored();
    await one.button("Answer anew").last().click();
    await expect.poll(lastStored).not.toBe(before);
    await one.quiet();
    expect(await one.log.getByText("1, 2, 3", { exact: true }).count()).toBe(1);

    await one.message.press("ArrowUp");
    const edit = one.page.getByRole("textbox", { name: "Your message" });
    await edit.press("Escape");
    await one.log.getByRole("button", { name: "Edit the message" }).last().click();
    await edit.fill("Count to 5");
    await edit.press("Enter");
    await one.hears("1, 2, 3, 4, 5");
    await one.quiet();
    for (const tab of [one, two]) {
      await expect.poll(() => tab.count("Count to 3")).toBe(0);
      await tab.hears("Count to 5");
    }
    await one.page.reload();
    await one.hears("1, 2, 3, 4, 5");
    expect(await one.count("Count to 3")).toBe(0);
  });

  it("shows edited code of the page with the conversation, the text and the sockets as they are", async () => {
    await one.message.fill("half a thought");
    await one.button("Debug view").click();
    const before = one.sockets.length;
    await one.page.evaluate(() => Object.assign(window, { loaded: "once" }));
    await app.dev.edit(
      "src/page/transcript.tsx",
      '"Conversation"',
      '"Conversation" title="Edited"',
    );
    await one.log.and(one.page.getByTitle("Edited")).waitFor();
    await app.dev.edit("src/page/words.tsx", "{children}\n    </a>", "{children} (link)\n    </a>");
    await one.hears("Count to 5");
    await app.dev.edit("src/page/styles.css", "oklch(0.475 0.098 165)", "oklch(0.4 0.1 300)");
    const accent = () =>
      one.page.evaluate(() =>
        getComputedStyle(document.documentElement).getPropertyValue("--color-accent"),
      );
    await expect.poll(accent).toContain("300");
    expect(await one.message.inputValue()).toBe("half a thought");
    expect(await one.button("Debug view").getAttribute("aria-pressed")).toBe("true");
    expect(one.sockets.length).toBe(before);
    expect(one.sockets.at(-1)?.isClosed()).toBe(false);

    // What is no component begins anew, on the same page, with what the agent has stored.
    await app.dev.edit("src/page/ui.ts", "min-h-9 items-center", "min-h-10 items-center");
    await expect.poll(() => one.sockets.length).toBe(before + 1);
    await one.connected();
    await one.hears("Count to 5");
    await one.hears("1, 2, 3, 4, 5");
    expect(await one.message.inputValue()).toBe("half a thought");
    expect(await one.page.evaluate(() => "loaded" in window)).toBe(true);
    await one.message.fill("");
  });

  it("says in the page what is wrong with edited code, and goes on once it is mended", async () => {
    const overlay = one.page.locator("vite-error-overlay");
    await app.dev.edit("src/agent/words.ts", "return parts\n", "return ((parts\n");
    await overlay.getByText("src/agent/words.ts").first().waitFor();
    expect(await overlay.locator(".message").textContent()).not.toContain("\u001b");
    await app.dev.edit("src/agent/words.ts", "return ((parts\n", "return parts\n");
    await overlay.waitFor({ state: "detached" });
    await one.ask("Count to 6", "1, 2, 3, 4, 5, 6");
  });

  it("runs edited code on the same socket", async () => {
    const before = [one, two].map((tab) => tab.sockets.length);
    await app.dev.edit("src/offline/rules.ts", "Hello. Ask me", "Ahoy. Ask me");
    await expect
      .poll(
        async () => {
          await one.say("Hello");
          const answer = one.log.getByRole("article", { name: "Agent" }).last();
          await answer.getByText("Ask me for the weather").waitFor();
          await one.quiet();
          return answer.textContent();
        },
        { timeout: 30_000, interval: 500 },
      )
      .toContain("Ahoy. Ask me");
    expect([one, two].map((tab) => tab.sockets.length)).toEqual(before);
    expect([one, two].map((tab) => tab.sockets.at(-1)?.isClosed())).toEqual([false, false]);
    await two.hears("Ahoy. Ask me");
  });

  it("goes on after SIGKILL: conversation, title, unsent text, a reminder that waited", async () => {
    await one.ask("Remind me in 20 seconds to look up", "I will remind you in 20 seconds");
    await app.dev.kill();
    const status = one.page.getByRole("status", { name: "Connection" });
    await status.filter({ hasText: /Reconnecting|Offline/ }).waitFor();
    await one.message.fill("unsent words");
    await one.message.press("Enter");
    await one.page.getByText("Your text is kept").waitFor();

    // The page would load itself anew once the server is back, in the middle of ours doing so.
    const address = one.page.url();
    await one.page.goto("about:blank");
    await app.dev.start();
    await one.page.goto(address);
    await one.connected();
    await one.hears("Ahoy. Ask me");
    expect(await one.message.inputValue()).toBe("unsent words");
    await one.page.getByRole("heading", { name: "Hello", exact: true }).waitFor();
    await two.connected();
    const reminder = one.log.getByRole("article", { name: "Reminder" });
    await reminder.filter({ hasText: "Look up" }).waitFor({ timeout: 40_000 });
    await one.button("Scheduled: 0").waitFor();
    expect(app.failures).toEqual([]);
  });
});
