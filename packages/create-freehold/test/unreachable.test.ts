import { describe, it } from "vitest";
import { findChromium } from "../../../scripts/testing/chromium.ts";
import { startModelServer } from "../../../scripts/testing/model-server/index.ts";
import { RunningApp } from "./running-app.ts";

describe.skipIf(!findChromium())("with an endpoint that is not there", { timeout: 240_000 }, () => {
  it("says which line to look at", async () => {
    await using model = await startModelServer();
    const port = new URL(model.url).port;
    await model.close();
    await using app = await RunningApp.start(`OPENAI_BASE_URL=http://127.0.0.1:${port}/v1`);
    app.explainFailure();
    const tab = await app.tab(await app.visitor());
    await tab.say("Hello");
    await tab.page
      .getByRole("alert")
      .getByText("OpenAI-compatible cannot be reached. Check OPENAI_BASE_URL in .dev.vars.")
      .waitFor();
    await tab.quiet();
  });
});
