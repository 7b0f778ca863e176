import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findChromium } from "../../../scripts/testing/chromium.ts";
import { type ModelServer, startModelServer } from "../../../scripts/testing/model-server/index.ts";
import { RunningApp } from "./running-app.ts";
import type { Tab } from "./tab.ts";

describe.skipIf(!findChromium())("the lines of .dev.vars", { timeout: 180_000 }, () => {
  let model: ModelServer;
  let app: RunningApp;
  let tab: Tab;

  beforeAll(async () => {
    model = await startModelServer();
    app = await RunningApp.develop();
    tab = await app.tab(await app.visitor());
    // Each line starts the server anew, and the page is loaded again, module by module.
    tab.page.setDefaultTimeout(60_000);
    await tab.ask("Hello", "Ask me for the weather");
  }, 240_000);

  afterAll(async () => {
    await app?.[Symbol.asyncDispose]();
    await model?.close();
  }, 60_000);
  beforeEach(() => app.explainFailure());

  it.each([
    ["OPENAI_API_KEY=sk-test", "OpenAI · gpt-5.4-mini"],
    ["ANTHROPIC_API_KEY=sk-test", "Anthropic · claude-sonnet-5-5"],
    ["GOOGLE_GENERATIVE_AI_API_KEY=test", "Google · gemini-flash-latest"],
  ])("choose the model while the app runs: %s", async (line, named) => {
    await app.dev.write(".dev.vars", line);
    await tab.page.getByText(named).waitFor();
    await tab.connected();
    await tab.hears("Hello");
  });

  it("lead to Ollama, and keep what is being written", async () => {
    await tab.message.fill("Are you a llama?");
    await app.dev.write(".dev.vars", `OLLAMA_MODEL=llama3.2\nOLLAMA_BASE_URL=${model.url}`);
    await tab.page.getByText("Ollama · llama3.2").waitFor();
    await tab.connected();
    expect(await tab.message.inputValue()).toBe("Are you a llama?");
    model.add("In a way.");
    await tab.message.press("Enter");
    await tab.hears("In a way.");
    await tab.quiet();
    expect(model.requests.at(-1)?.model).toBe("llama3.2");
    expect(model.requests.at(-1)?.messages.map(({ text }) => text)).toContain("Hello");
  });

  it("are gone with the file", async () => {
    await app.dev.write(".dev.vars", "");
    await tab.page.getByText("rules, no language model").waitFor();
    await tab.connected();
    await tab.ask("Hello again", "Ask me for the weather");
    expect(model.problems).toEqual([]);
    expect(app.failures).toEqual([]);
  });
});
