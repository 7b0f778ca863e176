import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findChromium } from "../../../scripts/testing/chromium.ts";
import { RunningApp } from "./running-app.ts";
import type { Tab } from "./tab.ts";

describe.skipIf(!findChromium())("the list of conversations", { timeout: 120_000 }, () => {
  let app: RunningApp;
  let ada: Tab;
  let adasOther: Tab;
  let ben: Tab;

  beforeAll(async () => {
    app = await RunningApp.start();
    const adasBrowser = await app.visitor();
    ada = await app.tab(adasBrowser);
    adasOther = await app.tab(adasBrowser);
    ben = await app.tab(await app.visitor());
  }, 240_000);

  afterAll(() => app?.[Symbol.asyncDispose](), 60_000);
  beforeEach(() => app.explainFailure());

  it("is empty at first, and has each conversation from its first message on", async () => {
    await ada.list.getByText("No conversations yet.").waitFor();
    await ada.ask("What is the weather in Oslo?", "In Oslo it is");
    await ada.startNew();
    await ada.ask("Is 221 a prime number?", "No, 221 is not prime");
    for (const tab of [ada, adasOther]) {
      await tab.row("What is the weather in Oslo?").waitFor();
      await tab.row("Is 221 a prime number?").waitFor();
    }
    expect(new URL(ada.page.url()).pathname).toMatch(/^\/c\/[\w-]{22}$/);
  });

  it("opens them, by click and by the browser's own way back", async () => {
    await ada.row("Oslo").getByRole("link").click();
    await ada.hears("In Oslo it is");
    expect(await ada.count("221")).toBe(0);
    await ada.page.goBack();
    await ada.hears("No, 221 is not prime");
    await ada.page.goForward();
    await ada.hears("In Oslo it is");
  });

  it("keeps what is written and not sent, for each of them", async () => {
    await ada.message.fill("for Oslo");
    await ada.row("prime").getByRole("link").click();
    await ada.hears("No, 221 is not prime");
    expect(await ada.message.inputValue()).toBe("");
    await ada.message.fill("for the prime");
    await ada.row("Oslo").getByRole("link").click();
    await ada.hears("In Oslo it is");
    expect(await ada.message.inputValue()).toBe("for Oslo");
  });

  it("finds words in titles and in what was said", async () => {
    await ada.page.keyboard.press("Control+K");
    await ada.page.keyboard.type("NOT PRIME");
    await ada.row("prime").getByText("221 is not prime").waitFor();
    await expect.poll(() => ada.list.getByRole("listitem").count()).toBe(1);
    await ada.page.keyboard.press("Control+A");
    await ada.page.keyboard.type("nowhere");
    await ada.list.getByText("Nothing has these words.").waitFor();
    await ada.page.keyboard.press("Escape");
    await expect.poll(() => ada.list.getByRole("listitem").count()).toBe(2);
  });

  it("gives them other titles, in every tab", async () => {
    await ada.row("Oslo").getByRole("link").focus();
    await ada.page.keyboard.press("Tab");
    await ada.page.keyboard.press("Enter");
    await ada.page.getByRole("textbox", { name: "Title" }).fill("Norway");
    await ada.page.keyboard.press("Enter");
    await ada.page.getByRole("heading", { name: "Norway" }).waitFor();
    await expect.poll(() => ada.page.title()).toBe("Norway · Freehold");
    await adasOther.row("Norway").waitFor();
    await ada.row("prime").hover();
    await ada.button("Rename Is 221 a prime number?").click();
    await ada.page.keyboard.press("Escape");
    await ada.row("Is 221 a prime number?").waitFor();
  });

  it("is each visitor's own, and a link shares one conversation", async () => {
    await ben.list.getByText("No conversations yet.").waitFor();
    await ada.button("Share").click();
    const link = await ada.page.getByRole("textbox", { name: "Link" }).inputValue();
    await ada.page.keyboard.press("Escape");
    await ben.open(link);
    await ben.hears("In Oslo it is");
    await ben.row("Norway").getByRole("img", { name: "shared with you" }).waitFor();
    await ben.ask("Count to 4", "1, 2, 3, 4");
    await ada.hears("1, 2, 3, 4");
  });

  it("takes a shared one away for the visitor alone", async () => {
    const address = ben.page.url();
    await ben.row("Norway").hover();
    await ben.button("Delete Norway").click();
    await ben.page.getByRole("alertdialog").getByText("stays for the one who began it").waitFor();
    await ben.button("Take it away").click();
    await ben.list.getByText("No conversations yet.").waitFor();
    await ada.row("Norway").waitFor();
    await ben.open(address);
    await ben.row("Norway").waitFor();
  });

  it("deletes one's own for everybody, after asking", async () => {
    await ada.row("Norway").hover();
    await ada.button("Delete Norway").click();
    await ada.button("Keep it").click();
    await ada.row("Norway").waitFor();
    await ada.row("Norway").hover();
    await ada.button("Delete Norway").click();
    await ada.button("Delete").click();
    await ada.page.getByText("What can I do for you?").waitFor();
    await ben.page.getByText("This conversation has been deleted").waitFor();
    await ben.list.getByText("No conversations yet.").waitFor();
    await expect.poll(() => adasOther.list.getByRole("listitem").count()).toBe(1);
    await ada.page.goBack();
    await ada.connected();
    expect(await ada.count("Oslo")).toBe(0);
  });

  it("lets no name in that could be guessed", async () => {
    for (const name of ["home", "default", "a".repeat(21), `${"a".repeat(22)}b`]) {
      const response = await fetch(`${app.url}/agents/chat-agent/${name}/get-messages`);
      expect(response.status).toBe(404);
    }
    expect(app.failures).toEqual([]);
  });

  it("cannot be changed by a page but through what it asks for", async () => {
    const refused = await ada.page.evaluate(async () => {
      const visitor = localStorage.getItem("visitor");
      const socket = new WebSocket(`/agents/directory/${visitor}`);
      await new Promise((resolve) => socket.addEventListener("open", resolve));
      const answer = new Promise<string>((resolve) =>
        socket.addEventListener("message", ({ data }) => {
          if (String(data).includes("cf_agent_state_error")) resolve(String(data));
        }),
      );
      socket.send(JSON.stringify({ type: "cf_agent_state", state: { conversations: [] } }));
      return answer;
    });
    expect(refused).toContain("cf_agent_state_error");
    await ada.row("prime").waitFor();
  });
});
