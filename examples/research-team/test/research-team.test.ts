import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from "vitest";
import {
  findChromium,
  launchChromium,
  type TestBrowser,
} from "../../../scripts/testing/chromium.ts";
import { DevApp } from "../../../scripts/testing/dev-app.ts";
import {
  type ModelRequest,
  type ModelServer,
  startModelServer,
} from "../../../scripts/testing/model-server/index.ts";

const QUESTION = "Why is the sky blue?";
const PARTS = ["What is sunlight?", "What does air do to it?", "What do eyes make of it?"] as const;
const NOTES = ["Light of all colours. ", "It scatters blue most. ", "They see little violet. "];
const ANSWER = "Because air scatters blue light most.";

const planning = ({ system }: ModelRequest) => system.includes("Split the question");
const writing = ({ system }: ModelRequest) => system.includes("Answer the question from the notes");
const researching = (part: string) => (request: ModelRequest) =>
  request.prompt === part && !planning(request) && !writing(request);

/** One page of the app, in the words of a person who uses it. */
class Tab {
  readonly page: Page;
  readonly failures: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.failures.push(error.message));
  }

  connection(state: RegExp): Promise<void> {
    return this.page
      .getByRole("status", { name: "Connection" })
      .filter({ hasText: state })
      .waitFor();
  }

  progress(text: string): Promise<void> {
    return this.page.getByRole("status", { name: "Progress" }).filter({ hasText: text }).waitFor();
  }

  note(number: number): Locator {
    return this.page.getByRole("article", { name: `Researcher ${number}` });
  }

  /** The words of a researcher's note, the question and its progress apart. */
  words(number: number): Locator {
    return this.note(number).locator(".words");
  }

  get answer(): Locator {
    return this.page.getByRole("region", { name: "Answer" }).locator(".words");
  }
}

describe.skipIf(!findChromium())("the research team", { timeout: 300_000 }, () => {
  let app: DevApp;
  let model: ModelServer;
  let browser: TestBrowser;
  let one: Tab;
  let two: Tab;

  beforeAll(async () => {
    model = await startModelServer();
    app = await DevApp.copy(join(import.meta.dirname, ".."));
    await app.write(".dev.vars", `OPENAI_API_KEY=key\nOPENAI_BASE_URL=${model.url}\n`);
    await app.start();
    browser = await launchChromium();
    one = new Tab(await browser.context.newPage());
    two = new Tab(await browser.context.newPage());
    await one.page.goto(app.url);
    await one.connection(/^Connected$/);
  });

  afterAll(async () => {
    await browser?.close();
    await app?.[Symbol.asyncDispose]();
    await model?.close();
  });

  const showOutputOnFailure = () => {
    onTestFailed(async () => {
      console.error(`Output of freehold dev:\n${app.output}`);
      console.error("Model:", { problems: model.problems, left: model.left });
      console.error("Pages:", [...one.failures, ...two.failures]);
      console.error(await one.page.locator("body").textContent());
    });
  };

  const asked = (is: (request: ModelRequest) => boolean) => model.requests.filter(is).length;
  const askedOf = (part: string) => asked(researching(part));

  it("shows each researcher's words while they are written", async () => {
    showOutputOnFailure();
    const never = new Promise(() => undefined);
    model.add(
      { when: planning, steps: [`1. ${PARTS[0]}\n`, `2. ${PARTS[1]}\n3. ${PARTS[2]}`] },
      { when: researching(PARTS[0]), steps: [NOTES[0] as string, "Surely."] },
      { when: researching(PARTS[1]), steps: [NOTES[1] as string, "Surely."] },
      { when: researching(PARTS[2]), steps: [NOTES[2] as string, { until: never }] },
    );
    await one.page.getByRole("textbox").fill(QUESTION);
    await one.page.keyboard.press("Enter");
    for (const [index, part] of PARTS.entries()) {
      await one
        .note(index + 1)
        .getByRole("heading", { name: part })
        .waitFor();
      await one
        .words(index + 1)
        .getByText(NOTES[index] as string)
        .waitFor();
    }
    await one.note(1).getByText("Handed in").waitFor();
    await one.note(2).getByText("Handed in").waitFor();
    await one.note(3).getByText("Writing").waitFor();
  });

  it("shows a page that comes late the same", async () => {
    showOutputOnFailure();
    await two.page.goto(one.page.url());
    await two.page.getByRole("heading", { name: QUESTION }).waitFor();
    await two.note(3).getByText("Writing").waitFor();
    for (const number of [1, 2, 3]) {
      await two
        .words(number)
        .getByText(NOTES[number - 1] as string)
        .waitFor();
      expect(await two.words(number).textContent()).toBe(await one.words(number).textContent());
    }
  });

  it("goes on after SIGKILL by itself, and asks nobody twice who had finished", async () => {
    showOutputOnFailure();
    await app.kill();
    await Promise.all([one, two].map((tab) => tab.connection(/Reconnecting/)));
    await one.page.getByText("There is no connection.").waitFor();
    expect(await one.words(1).textContent()).toBe(`${NOTES[0]}Surely.`);

    const mayEnd = Promise.withResolvers<void>();
    model.add(
      {
        when: researching(PARTS[2]),
        steps: [NOTES[2] as string, { until: mayEnd.promise }, "Surely."],
      },
      { when: writing, steps: ["Because air ", "scatters blue light most."] },
    );
    await app.start();
    await Promise.all([one, two].map((tab) => tab.connection(/^Connected$/)));
    await one.note(3).getByText("Writing, attempt 2").waitFor();
    mayEnd.resolve();
    for (const tab of [one, two]) {
      await tab.progress("The answer is complete.");
      for (const number of [1, 2, 3]) await tab.note(number).getByText("Handed in").waitFor();
      expect(await tab.answer.textContent()).toBe(ANSWER);
      for (const [index, note] of NOTES.entries()) {
        expect(await tab.words(index + 1).textContent()).toBe(`${note}Surely.`);
      }
    }
    expect(PARTS.map(askedOf)).toEqual([1, 1, 2]);
    expect([asked(planning), asked(writing)]).toEqual([1, 1]);
    const [request] = model.requests.filter(writing);
    for (const text of [QUESTION, ...NOTES]) expect(request?.prompt).toContain(text.trim());
    expect(model.problems).toEqual([]);
    expect([...one.failures, ...two.failures]).toEqual([]);
  });

  it("keeps what was found, for whoever opens the address later", async () => {
    showOutputOnFailure();
    // An open page would load itself anew once the server is back, in the middle of ours doing so.
    const address = two.page.url();
    await two.page.goto("about:blank");
    await app.kill();
    await app.start();
    await two.page.goto(address);
    await two.progress("The answer is complete.");
    await two.note(3).getByText("Handed in").waitFor();
    expect(await two.answer.textContent()).toBe(ANSWER);
    expect(await two.words(3).textContent()).toBe(`${NOTES[2]}Surely.`);
    expect(model.requests.length).toBe(6);
  });

  it("stops the model as well, and tries again", async () => {
    showOutputOnFailure();
    const before = model.requests.length;
    const never = new Promise(() => undefined);
    model.add(
      { when: planning, steps: ["Which bird?"] },
      { when: "Which bird?", steps: ["Perhaps ", { until: never }] },
    );
    await one.page.getByRole("link", { name: "New question" }).click();
    await one.connection(/^Connected$/);
    await one.page.getByRole("textbox").fill("Who sings?");
    await one.page.getByRole("button", { name: "Ask" }).click();
    await one.words(1).getByText("Perhaps").waitFor();
    await one.page.getByRole("button", { name: "Stop" }).click();
    await one.progress("Stopped.");
    expect(await (await model.request(before + 2)).ended).toBe("abandoned");

    model.add(
      { when: planning, steps: ["Which bird?"] },
      { when: writing, steps: ["A wren."] },
      { when: "Which bird?", steps: ["A wren."] },
    );
    await one.page.getByRole("button", { name: "Try again" }).click();
    await one.progress("The answer is complete.");
    expect(await one.answer.textContent()).toBe("A wren.");
    await expect.poll(() => one.words(1).textContent()).toBe("A wren.");
    expect(model.problems).toEqual([]);
  });
});
