import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { UIMessage } from "ai";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ModelServer, startModelServer } from "../../../scripts/testing/model-server/index.ts";
import { MODEL_FORMATS } from "./fixtures/providers.ts";
import { bundleWorker } from "./support/bundle.ts";
import { ChatTab, textOf, user } from "./support/chat.ts";
import { runOnFreehold } from "./support/freehold.ts";
import { localPath } from "./support/path.ts";
import { runtimes } from "./support/runtimes.ts";
import type { RunningWorker } from "./support/workerd.ts";

/** Answers of models, through the providers of the AI SDK, in every format that the starter speaks. */

const fixture = localPath("../fixtures/toolsmith.ts");

let model: ModelServer;
beforeEach(async () => {
  model = await startModelServer();
});
afterEach(() => model.close());

const messagesOf = async (url: string) =>
  (await (await fetch(`${url}/get-messages`)).json()) as UIMessage[];

describe.each(runtimes)("on %s", (_runtime, run) => {
  let worker: RunningWorker;
  let names = 0;

  beforeAll(async () => {
    const script = await bundleWorker(fixture);
    worker = await run({ script, objects: { Toolsmith: "Toolsmith" } });
  });
  afterAll(() => worker?.stop());

  async function ask(format: string) {
    const url = `${worker.url}/agents/toolsmith/model-${++names}`;
    const tab = await ChatTab.open(url.replace("http", "ws"));
    tab.ask("r1", [user("u1", "tell me")], "submit-message", { model: model.url, format });
    const end = await tab.done("r1");
    const deltas = tab
      .chunks("r1")
      .flatMap(({ delta, type }) => (type === "text-delta" ? delta : []));
    return { tab, end, said: deltas.join(""), answer: (await messagesOf(url)).at(1) };
  }

  describe.each(MODEL_FORMATS)("in the format of %s", (format) => {
    test("an answer arrives whole, however late and in whatever pieces it comes", async () => {
      const words = ["žluťoučký ", "kůň ", "🐎 ", "příšerně"];
      model.add({ steps: words.flatMap((word) => [word, { wait: 3 }]), pieces: 3 });
      const { answer, end, said } = await ask(format);
      expect([said, textOf(answer)]).toEqual([words.join(""), words.join("")]);
      expect(end).not.toHaveProperty("error");
      expect(model.problems).toEqual([]);
    });

    test("reasoning is a part of its own", async () => {
      model.add([{ reasoning: "hm, " }, { reasoning: "well" }, "yes"]);
      const { answer } = await ask(format);
      const parts = answer?.parts.filter(({ type }) => type === "reasoning" || type === "text");
      expect(parts).toMatchObject([
        { type: "reasoning", text: "hm, well", state: "done" },
        { type: "text", text: "yes", state: "done" },
      ]);
    });

    test("tools run between the model's words, and the next question has all of it in it", async () => {
      const calls = [
        { tool: "weather", input: { city: "Oslo" } },
        { tool: "weather", input: { city: "Rome" } },
      ];
      model.add([{ reasoning: "a look outside" }, "Let me see. ", ...calls], "It rains.", "Yes.");
      const { answer, said, tab } = await ask(format);
      expect(said).toBe("Let me see. It rains.");
      expect(answer?.parts.filter(({ type }) => type === "tool-weather")).toMatchObject([
        { state: "output-available", output: "rain in Oslo" },
        { state: "output-available", output: "rain in Rome" },
      ]);
      const next = [user("u1", "tell me"), ...(answer ? [answer] : []), user("u2", "really?")];
      tab.ask("r2", next, "submit-message", { model: model.url, format });
      expect(await tab.done("r2")).not.toHaveProperty("error");
      const results = model.requests[2]?.messages.flatMap((message) => message.results);
      expect(results?.map(({ text }) => text)).toEqual(["rain in Oslo", "rain in Rome"]);
      expect(model.requests[2]?.prompt).toBe("really?");
      expect(model.problems).toEqual([]);
    });

    test("a model that fails in the middle ends the turn with an error, and what was said stays", async () => {
      model.add(["so far ", { wait: 20 }, { fail: "overloaded" }]);
      const { answer, end, tab } = await ask(format);
      expect(end).toMatchObject({ outcome: "error" });
      expect(tab.frames.some(({ error, id }) => error === true && id === "r1")).toBe(true);
      expect(textOf(answer)).toBe("so far ");
    });

    test("of a model that breaks off nothing is lost that was said", async () => {
      model.add(["so far ", { wait: 20 }, { cut: true }], "and on");
      const { answer, end, tab } = await ask(format);
      expect(textOf(answer)).toBe("so far ");
      // workerd says that the connection was lost: that passes by itself, and is tried again.
      if (end.outcome !== "recovering") return expect(end.outcome).toBe("error");
      const last = await tab.until(({ done, id }) => done === true && id !== "r1");
      expect(last).toMatchObject({ continuation: true, messageIds: ["u1"] });
      return expect(tab.chunks(String(last.id)).some(({ delta }) => delta === "and on")).toBe(true);
    });

    test("a model that refuses ends the turn with an error", async () => {
      model.add({ status: 400, message: "no" });
      const { end, said } = await ask(format);
      expect([end.outcome, said]).toEqual(["error", ""]);
    });
  });
});

test.each(MODEL_FORMATS)(
  "killed in the middle, an answer goes on by the model (%s)",
  async (format) => {
    const directory = await mkdtemp(join(tmpdir(), "freehold-toolsmith-"));
    const script = await bundleWorker(fixture);
    const start = () => runOnFreehold({ script, objects: { Toolsmith: "Toolsmith" }, directory });
    const never = new Promise(() => undefined);
    model.add(["once ", { until: never }], "upon a time");
    let worker = await start();
    try {
      const tab = await ChatTab.open(`ws://${worker.host}/agents/toolsmith/mine`);
      tab.ask("r1", [user("u1", "tell me")], "submit-message", { model: model.url, format });
      await tab.chunk("once ");
      await worker.kill();
      worker = await start();
      const url = `${worker.url}/agents/toolsmith/mine`;
      for (let look = 0; look < 200 && textOf((await messagesOf(url))[1]) === "once "; look++) {
        await delay(50);
      }
      await model.request(2);
      for (let look = 0; look < 200; look++) {
        if (textOf((await messagesOf(url))[1]).endsWith("time")) break;
        await delay(50);
      }
      expect((await messagesOf(url)).map(textOf)).toEqual(["tell me", "once upon a time"]);
      const last = model.requests[1]?.messages.at(-1);
      expect([last?.role, last?.text.trim()]).toEqual(["assistant", "once"]);
    } finally {
      await worker.stop();
      await rm(directory, { recursive: true, force: true });
    }
  },
  60_000,
);
