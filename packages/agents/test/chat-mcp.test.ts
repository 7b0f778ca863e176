import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startModelServer } from "../../../scripts/testing/model-server/index.ts";
import { bundleWorker } from "./support/bundle.ts";
import { ChatTab, user } from "./support/chat.ts";
import { localPath } from "./support/path.ts";
import { runtimes } from "./support/runtimes.ts";
import type { RunningWorker } from "./support/workerd.ts";

/** What chats say of servers of the Model Context Protocol while there are none. */

describe.each(runtimes)("on %s", (_runtime, run) => {
  let worker: RunningWorker;
  let names = 0;

  beforeAll(async () => {
    const script = await bundleWorker(localPath("../fixtures/toolless.ts"));
    worker = await run({ script, objects: { Toolless: "Toolless" } });
  });
  afterAll(() => worker?.stop());

  const open = () => ChatTab.open(`ws://${worker.host}/agents/toolless/m-${++names}`);

  test("there are none, and none can be added", async () => {
    const tab = await open();
    expect(await tab.call("servers")).toEqual({
      state: { servers: {}, tools: [], prompts: [], resources: [] },
      tools: {},
      failure: "mcp_unavailable",
    });
  });

  test("every kind of turn waits for their connections, as it is set, and the model gets no tools", async () => {
    await using model = await startModelServer([{ steps: ["Here."], times: 5 }]);
    const tab = await open();
    await tab.call("watch");
    const ask = async (id: string) => {
      tab.ask(id, [user(id, "hello")], "submit-message", { model: model.url });
      return tab.done(id);
    };
    expect(await ask("r1")).not.toHaveProperty("error");
    expect(await tab.call("speak", "and you?")).toBe("completed");
    expect(await tab.call("goOn")).toBe("completed");
    await tab.call("waitFor", true);
    await ask("r2");
    await tab.call("waitFor", false);
    await ask("r3");
    const byDefault = { timeout: 10_000 };
    expect(await tab.call("waits")).toEqual([byDefault, byDefault, byDefault, {}]);
    expect(model.requests.map(({ tools }) => tools)).toEqual([[], [], [], [], []]);
    expect(model.problems).toEqual([]);
  });
});
