import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findChromium } from "../../../scripts/testing/chromium.ts";
import { picture } from "./picture.ts";
import { RunningApp } from "./running-app.ts";
import type { Tab } from "./tab.ts";

/** What of axe's results is looked at. */
interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What a page has that keeps people out, by axe. Waits until nothing moves or fades any more. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(() =>
    Promise.all(
      document.getAnimations().map((animation) =>
        // One that never ends moves nothing that is read.
        animation.effect?.getComputedTiming().endTime === Infinity ? 0 : animation.finished,
      ),
    ),
  );
  await page.evaluate(axe.source);
  const violations = (await page.evaluate(
    "axe.run().then(({ violations }) => violations)",
  )) as Violation[];
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
}

describe.skipIf(!findChromium())("the starter for everybody", { timeout: 90_000 }, () => {
  let app: RunningApp;
  let tab: Tab;
  let phone: Tab;

  beforeAll(async () => {
    app = await RunningApp.start();
    const browser = await app.visitor();
    await browser.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    tab = await app.tab(browser);
    const pocket = {
      viewport: { width: 375, height: 667 },
      colorScheme: "dark",
      touch: true,
    } as const;
    phone = await app.tab(await app.visitor(pocket));
  }, 240_000);

  afterAll(() => app?.[Symbol.asyncDispose](), 60_000);
  beforeEach(() => app.explainFailure());

  const file = (name: string) => ({ name, mimeType: "image/png", buffer: picture(40) });
  const clipboard = () => tab.page.evaluate(() => navigator.clipboard.readText());
  const toSend = () => tab.page.getByRole("list", { name: "Pictures to send" });

  it("begins with what one could say, in light and dark", async () => {
    await tab.page.getByRole("list", { name: "Openings" }).getByText("Lisbon").waitFor();
    expect(await barriers(tab.page)).toEqual([]);
    expect(await barriers(phone.page)).toEqual([]);
  });

  const focused = () => tab.page.evaluate(() => document.activeElement?.textContent);
  const isWriting = () => tab.message.evaluate((field) => field === document.activeElement);

  it("can be used by keys alone", async () => {
    const { keyboard } = tab.page;
    await tab.page.locator("body").press("Tab");
    expect(await focused()).toContain("Skip to");
    await keyboard.press("Enter");
    await expect.poll(isWriting).toBe(true);
    await keyboard.type("What is 5000 * 3?");
    await keyboard.press("Shift+Enter");
    await keyboard.type("Please.");
    await keyboard.press("Enter");
    const approve = tab.button(/^Approve/);
    await approve.focus();
    await keyboard.press("Space");
    await tab.hears("15000");
    await tab.quiet();
    // The button has gone; its place is the tool's.
    expect(await focused()).toContain("Calculate 5000 × 3");

    const edit = tab.button("Edit the message").last();
    await edit.press("Enter");
    await tab.page.getByRole("textbox", { name: "Your message" }).press("Escape");
    await expect.poll(() => edit.evaluate((it) => it === document.activeElement)).toBe(true);
    await tab.message.press("ArrowUp");
    await tab.page.getByRole("textbox", { name: "Your message" }).press("Escape");
    await expect.poll(isWriting).toBe(true);

    await tab.page.getByRole("heading", { level: 1 }).click();
    await keyboard.press("?");
    await tab.dialog("Keys").waitFor();
    expect(await barriers(tab.page)).toEqual([]);
    await keyboard.press("Escape");
    await expect.poll(() => tab.dialog("Keys").count()).toBe(0);
    await keyboard.press("/");
    await expect.poll(isWriting).toBe(true);
    await tab.button("Share").press("Enter");
    await tab.dialog("Share this conversation").waitFor();
    await keyboard.press("Escape");
    const hasFocus = () => tab.button("Share").evaluate((it) => it === document.activeElement);
    await expect.poll(hasFocus).toBe(true);
    await keyboard.press("Control+Shift+O");
    await tab.page.getByText("What can I do for you?").waitFor();
    await tab.page.goBack();
    await tab.hears("15000");
  });

  it("tells screen readers of an answer once, when it is whole", async () => {
    const latest = tab.page.getByRole("status", { name: "Latest answer" });
    await tab.say("Count to 200");
    await tab.hears("1, 2, 3");
    expect(await latest.textContent()).not.toContain("1, 2, 3");
    await tab.quiet();
    await latest.getByText("199, 200").waitFor();
    await tab.say("What is 9000 * 3?");
    await latest.getByText("May I do this? Calculate 9000 × 3").waitFor();
    expect(await barriers(tab.page)).toEqual([]);
    await tab.button(/^Reject/).click();
    await tab.hears("Then I leave it.");
    await tab.quiet();
  });

  it("stays where one reads while an answer grows, and follows it on demand", async () => {
    const messages = tab.page.getByRole("region", { name: "Messages" });
    const isAtEnd = () =>
      messages.evaluate((it) => it.scrollHeight - it.scrollTop - it.clientHeight < 2);
    const top = () => messages.evaluate((it) => it.scrollTop);
    await tab.say("Count to 700");
    await tab.hears(/1, 2, .*100,/);
    expect(await isAtEnd()).toBe(true);
    await messages.hover();
    await tab.page.mouse.wheel(0, -150);
    await tab.button("To the latest").waitFor();
    const before = await top();
    await tab.hears(/1, 2, .*200,/);
    expect(await top()).toBe(before);
    await tab.button("To the latest").click();
    await expect.poll(isAtEnd).toBe(true);
    await tab.hears(/1, 2, .*250,/);
    await expect.poll(isAtEnd).toBe(true);
    await tab.message.press("Escape");
    await tab.quiet();
  });

  it("formats, colours and copies", async () => {
    await tab.ask("Show me what you can format", "npm create freehold");
    await tab.log.locator("table").getByText("Banana").waitFor();
    await tab.log.locator("pre .sh__token--keyword").first().waitFor();
    await tab.button("Copy the code").last().click();
    await tab.page.getByRole("status").getByText("Copied").first().waitFor();
    expect(await clipboard()).toBe("npm create freehold my-app");
    await tab.button("Copy the message").last().click();
    await expect.poll(clipboard).toContain("## What an answer can hold");
    expect(await barriers(tab.page)).toEqual([]);
  });

  it("takes pictures by click, by paste and by drop, and shows them", async () => {
    const picker = tab.page.waitForEvent("filechooser");
    await tab.button("Add pictures").click();
    await (await picker).setFiles(file("clicked.png"));
    await toSend().getByRole("img", { name: "clicked.png" }).waitFor();
    await toSend().getByRole("button", { name: "Remove clicked.png" }).click();
    await expect.poll(() => toSend().count()).toBe(0);

    for (const type of ["paste", "drop"] as const) {
      const bytes = [...picture(type === "paste" ? 41 : 42)];
      await tab.message.evaluate(
        (field, { type, bytes }) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], `${type}.png`, { type: "image/png" }));
          const options = { bubbles: true, cancelable: true };
          const drag = (name: string) => new DragEvent(name, { ...options, dataTransfer: data });
          const paste = new ClipboardEvent("paste", { ...options, clipboardData: data });
          const events =
            type === "paste" ? [paste] : [drag("dragenter"), drag("dragover"), drag("drop")];
          for (const event of events) field.dispatchEvent(event);
        },
        { type, bytes },
      );
      await toSend()
        .getByRole("img", { name: `${type}.png` })
        .waitFor();
    }
    expect(await barriers(tab.page)).toEqual([]);
    await tab.say("What is on these?");
    await tab.hears("I got 2 pictures");
    await tab.quiet();
    await tab.button("Show drop.png").click();
    await tab.dialog("drop.png").waitFor();
    await tab.page.keyboard.press("Escape");
    await tab.page.reload();
    await tab.log.getByRole("img", { name: "paste.png" }).waitFor();
    const text = { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no") };
    await tab.page.getByLabel("Pictures", { exact: true }).setInputFiles(text);
    await tab.page.getByText("notes.txt is not a picture.").waitFor();
  });

  it("shows raw messages and frames on demand", async () => {
    await tab.button("Debug view").click();
    const frames = tab.page.getByRole("region", { name: "Frames" });
    // The panel is loaded when it is asked for, and has what is said from then on.
    await frames.waitFor();
    await tab.ask("Hello", "Ask me for the weather");
    await frames.getByText("cf_agent_use_chat_request").first().waitFor();
    await frames.getByText("cf_agent_use_chat_response").first().waitFor();
    await tab.log.getByText("Raw message").last().click();
    await tab.log.getByText('"role": "assistant"').last().waitFor();
    expect(await barriers(tab.page)).toEqual([]);
    await tab.button("Debug view").click();
    await expect.poll(() => frames.count()).toBe(0);
  });

  it("has the theme of the system, or the one that was chosen, also after a reload", async () => {
    const paper = () => tab.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await paper();
    await tab.button(/^Theme: system/).click();
    await tab.button(/^Theme: light/).click();
    await expect.poll(paper).not.toBe(light);
    await tab.page.reload();
    await tab.hears("Hello");
    expect(await paper()).not.toBe(light);
    expect(await barriers(tab.page)).toEqual([]);
    await tab.button(/^Theme: dark/).click();
    await expect.poll(paper).toBe(light);
  });

  it("fits on a phone", async () => {
    await phone.ask("Show me what you can format", "npm create freehold");
    const fits = () =>
      phone.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
    expect(await fits()).toBe(true);
    expect(await barriers(phone.page)).toEqual([]);
    const list = phone.dialog("Conversations");
    await phone.button("Conversations").tap();
    await list.getByRole("link", { name: /^Show me/ }).waitFor();
    expect(await barriers(phone.page)).toEqual([]);
    await list.getByRole("button", { name: "Delete Show me what you can format" }).tap();
    await phone.page.getByRole("alertdialog").waitFor();
    expect(await barriers(phone.page)).toEqual([]);
    await phone.button("Keep it").tap();
    await list.getByRole("button", { name: "Debug view" }).tap();
    await list.getByRole("button", { name: "New conversation" }).tap();
    await phone.page.getByRole("region", { name: "Frames" }).waitFor();
    const begin = phone.page.getByText("What can I do for you?");
    await begin.waitFor();
    // From its beginning, and without a keyboard over it.
    expect((await begin.boundingBox())?.y).toBeGreaterThan(56);
    await phone.button("Conversations").tap();
    await list.getByRole("button", { name: "Debug view" }).tap();
    await phone.page.keyboard.press("Escape");
    await phone.page.getByRole("button", { name: "Some thinking" }).tap();
    await phone.hears("No, 221 is not prime");
    expect(await phone.message.evaluate((field) => field === document.activeElement)).toBe(false);
    expect(await fits()).toBe(true);
    expect(app.failures).toEqual([]);
  });
});
