import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { findChromium } from "../../../scripts/testing/chromium.ts";
import { type ModelServer, startModelServer } from "../../../scripts/testing/model-server/index.ts";
import { picture } from "./picture.ts";
import { RunningApp } from "./running-app.ts";
import type { Tab } from "./tab.ts";

const KEY = "sk-test-0123456789abcdef";

/** Lines of `.dev.vars`, what the page calls the model, how it is asked, and the setting to look at. */
const SETTINGS = {
  "OpenAI-compatible": {
    lines: (url: string) => `OPENAI_BASE_URL=${url}\nOPENAI_API_KEY=${KEY}\nMODEL=small`,
    named: "OpenAI-compatible · small",
    format: "openai",
    setting: "OPENAI_API_KEY",
  },
  OpenAI: {
    // Its provider reads where to ask from the server's own environment.
    lines: () => `OPENAI_API_KEY=${KEY}`,
    named: "OpenAI · gpt-5.4-mini",
    format: "openai-responses",
    setting: "OPENAI_API_KEY",
  },
  Anthropic: {
    lines: (url: string) => `ANTHROPIC_API_KEY=${KEY}\nANTHROPIC_BASE_URL=${url}`,
    named: "Anthropic · claude-sonnet-5-5",
    format: "anthropic",
    setting: "ANTHROPIC_API_KEY",
  },
  Google: {
    lines: (url: string) =>
      `GOOGLE_GENERATIVE_AI_API_KEY=${KEY}\nGOOGLE_GENERATIVE_AI_BASE_URL=${url}`,
    named: "Google · gemini-flash-latest",
    format: "google",
    setting: "GOOGLE_GENERATIVE_AI_API_KEY",
  },
} as const;

const models = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];

describe.skipIf(!findChromium()).each(models)("with a model of %s", { timeout: 90_000 }, (name) => {
  let model: ModelServer;
  let app: RunningApp;
  let tab: Tab;

  beforeAll(async () => {
    model = await startModelServer();
    if (name === "OpenAI") vi.stubEnv("OPENAI_BASE_URL", model.url);
    app = await RunningApp.start(SETTINGS[name].lines(model.url));
    tab = await app.tab(await app.visitor());
  }, 240_000);

  afterAll(async () => {
    await app?.[Symbol.asyncDispose]();
    await model?.close();
    vi.unstubAllEnvs();
  }, 60_000);
  beforeEach(() => app.explainFailure());

  it("says which model speaks", async () => {
    await tab.page.getByText(SETTINGS[name].named).waitFor();
  });

  it("streams what it thinks and what it says", async () => {
    const words = Promise.withResolvers<void>();
    const rest = Promise.withResolvers<void>();
    model.add([
      { reasoning: "A greeting, then." },
      { until: words.promise },
      "## Good day\n\nHere is ",
      { until: rest.promise },
      "**bold** and `code`:\n\n```ts\nconst one = 1;\n```",
    ]);
    await tab.say("Greet me");
    await tab.button("Thinking …").waitFor();
    await tab.hears("A greeting, then.");
    words.resolve();
    await tab.log.getByRole("heading", { name: "Good day" }).waitFor();
    await tab.hears("Here is");
    expect(await tab.count("bold")).toBe(0);
    // Escape closes the dialog and leaves the answer alone.
    await tab.button("Share").click();
    await tab.dialog("Share this conversation").waitFor();
    await tab.page.keyboard.press("Escape");
    await tab.dialog("Share this conversation").waitFor({ state: "detached" });
    rest.resolve();
    await tab.log.locator("strong").getByText("bold").waitFor();
    await tab.log.locator("pre").getByText("const one = 1;").waitFor();
    await expect.poll(() => tab.count("A greeting, then.")).toBe(0);
    await tab.button("Reasoning").click();
    await tab.hears("A greeting, then.");
    await tab.quiet();
    await tab.page.getByRole("heading", { name: "Greet me" }).waitFor();
    expect(model.requests.at(-1)?.format).toBe(SETTINGS[name].format);
  });

  it("uses the tool of the server and goes on with what it gave", async () => {
    model.add([{ tool: "getWeather", input: { city: "Porto" } }], "Take a coat to Porto.");
    await tab.ask("What shall I wear?", "Take a coat to Porto.");
    await tab.log.getByRole("button", { name: /Weather in Porto.*Done/ }).waitFor();
    const results = model.requests.at(-1)?.messages.at(-1)?.results ?? [];
    expect(results[0]?.text).toContain('"celsius"');
  });

  it("uses the tool of the page", async () => {
    model.add([{ tool: "getUserTimezone", input: {} }], "Your clock is right.");
    await tab.ask("Is my clock right?", "Your clock is right.");
    const results = model.requests.at(-1)?.messages.at(-1)?.results ?? [];
    expect(results[0]?.text).toContain('"timeZone":"UTC"');
  });

  it("waits until the person agrees, and takes a no for an answer", async () => {
    const calculation = { a: 123_456, b: 2, operator: "*" };
    model.add([{ tool: "calculate", input: calculation }], "It is done.");
    await tab.say("Double it");
    await tab.button("Approve: Calculate 123456 × 2").press("Enter");
    await tab.hears("It is done.");
    await tab.quiet();
    expect(model.requests.at(-1)?.messages.at(-1)?.results[0]?.text).toContain("246912");

    model.add([{ tool: "calculate", input: calculation }], "As you wish.");
    await tab.say("And again");
    await tab.button("Reject: Calculate 123456 × 2").click();
    await tab.hears("As you wish.");
    await tab.quiet();
    expect(JSON.stringify(model.requests.at(-1)?.messages.at(-1))).not.toContain("246912");
  });

  it("schedules at a date that it names, and hears of one that has passed", async () => {
    const wish = (date: string) => ({ description: "Call", when: { type: "scheduled", date } });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    model.add([{ tool: "scheduleTask", input: wish(tomorrow) }], "You will hear of it.");
    await tab.ask("Let me call tomorrow", "You will hear of it.");
    await tab.button("Scheduled: 1").waitFor();

    model.add([{ tool: "scheduleTask", input: wish("2020-01-01T09:00:00Z") }], "That is past.");
    await tab.ask("Let me call in 2020", "That is past.");
    await tab.log.getByText("has passed already").waitFor();
    await tab.button("Scheduled: 1").waitFor();
  });

  it("gets a picture, made smaller when it is large", async () => {
    const file = { name: "large.png", mimeType: "image/png", buffer: picture(2000) };
    await tab.page.getByLabel("Pictures", { exact: true }).setInputFiles(file);
    await tab.page.getByRole("img", { name: "large.png" }).waitFor();
    model.add("A blue square.");
    await tab.ask("What is this?", "A blue square.");
    const sent = JSON.stringify(model.requests.at(-1)?.body);
    expect(sent).toContain("image/jpeg");
    expect(sent.length).toBeLessThan(1_000_000);
  });

  it("says what is wrong when the key is refused, never the key, and can be asked again", async () => {
    model.add({ status: 401, message: `Incorrect API key provided: ${KEY}` });
    await tab.say("Are you there?");
    const alert = tab.page.getByRole("alert").filter({ hasText: "There was no whole answer." });
    const { setting } = SETTINGS[name];
    await alert.getByText(`does not accept the key. Check ${setting} in .dev.vars`).waitFor();
    expect(await tab.page.content()).not.toContain(KEY);
    expect(app.dev.output).not.toContain(KEY);

    model.add("I am here now.");
    await alert.getByRole("button", { name: "Try again" }).click();
    await tab.hears("I am here now.");
    await expect.poll(() => alert.count()).toBe(0);
  });

  it("says when nothing answers a question, and has it answered then", async () => {
    const rest = Promise.withResolvers<void>();
    const number = model.requests.length + 1;
    model.add([{ until: rest.promise }, "Too late."]);
    await tab.say("Is anybody there?");
    const { ended } = await model.request(number);
    await tab.button("Stop").click();
    expect(await ended).toBe("abandoned");
    rest.resolve();
    const notice = tab.page.getByText("There is no answer to this.");
    await notice.waitFor();
    model.add("Now I am.");
    await tab.button("Answer it").click();
    await tab.hears("Now I am.");
    await tab.quiet();
    expect(await notice.count()).toBe(0);
  });

  it("keeps what came of an answer that breaks off", async () => {
    model.add(["So far so good", { fail: "overloaded" }]);
    await tab.say("Tell me more");
    await tab.hears("So far so good");
    await tab.page.getByRole("alert").filter({ hasText: "no whole answer" }).waitFor();
    await tab.page.reload();
    await tab.hears("So far so good");
    expect(model.problems).toEqual([]);
    expect(app.failures).toEqual([]);
  });
});
