import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { tinyLlama } from "../testing/gguf.ts";
import { llamaProject } from "../testing/libraries.ts";
import { LocalKit } from "../testing/local-kit.ts";

const project = await llamaProject();
const MESSAGES = [{ role: "user", content: "What do bees make?" }];
const PATIENCE = 120_000;

interface Answer {
  readonly choices: readonly {
    readonly message: {
      readonly content: string | null;
      readonly tool_calls?: readonly {
        readonly id: string;
        readonly function: { readonly name: string; readonly arguments: string };
      }[];
    };
    readonly finish_reason: string;
  }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

describe.skipIf(project === undefined)("GGUF models through node-llama-cpp", () => {
  let kit: LocalKit;

  beforeAll(() => {
    kit = new LocalKit(project ?? "");
    const bees = join(kit.folder, "bees.gguf");
    const clock = join(kit.folder, "clock.gguf");
    const broken = join(kit.folder, "broken.gguf");
    writeFileSync(bees, tinyLlama({ answer: ["Bees", " make", " honey."] }));
    writeFileSync(clock, tinyLlama({ answer: ["Tick", " tock"], isEndless: true }));
    const cut = join(kit.folder, "cut.gguf");
    writeFileSync(broken, "GGUF, but not really a model");
    writeFileSync(cut, tinyLlama({ answer: ["Bees"] }).subarray(0, 100_000));
    const absent = join(kit.folder, "absent.gguf");
    // Room for one of them.
    kit.start({ llama: { bees, clock, broken, cut, absent }, memoryMib: 1 });
  });
  afterAll(() => kit[Symbol.asyncDispose]());
  beforeEach(() => {
    kit.said.length = 0;
  });

  it(
    "loads a file when it is first used, says so, and answers with the tokens used",
    async () => {
      const ask = () => kit.json<Answer>("llama/bees", { messages: MESSAGES });
      // At once, and one load.
      const [first, second] = await Promise.all([ask(), ask()]);
      expect(first.choices[0]).toMatchObject({
        message: { content: "Bees make honey." },
        finish_reason: "stop",
      });
      expect(second.choices).toEqual(first.choices);
      // Three words and the end; the question letter by letter in its frame.
      expect(first.usage.completion_tokens).toBe(4);
      expect(first.usage.prompt_tokens).toBeGreaterThan(MESSAGES[0]?.content.length ?? 0);
      expect(second.usage.prompt_tokens).toBe(first.usage.prompt_tokens);
      expect(kit.said[0]).toBe("loading the model llama/bees");
      expect(kit.said.slice(1, -1)).toContain("loading the model llama/bees: 50 %");
      expect(kit.said.at(-1)).toBe("loaded the model llama/bees");
      expect(kit.said.filter((line) => line === "loading the model llama/bees")).toHaveLength(1);
    },
    PATIENCE,
  );

  it(
    "streams, and ends at the tokens or the words that are asked for",
    async () => {
      const result = await kit.models.run("llama/bees", { messages: MESSAGES, stream: true });
      if (result.kind !== "events") throw new Error("not a stream");
      const events = await Array.fromAsync(result.events);
      expect(events.filter((event) => event.includes('"content"')).length).toBeGreaterThan(1);
      expect(events.at(-1)).toBe("data: [DONE]\n\n");
      const short = await kit.json<Answer>("llama/bees", { messages: MESSAGES, max_tokens: 2 });
      expect(short.choices[0]).toMatchObject({
        message: { content: "Bees make" },
        finish_reason: "length",
      });
      const stopped = await kit.json<Answer>("llama/bees", { messages: MESSAGES, stop: " honey" });
      expect(stopped.choices[0]).toMatchObject({
        message: { content: "Bees make" },
        finish_reason: "stop",
      });
    },
    PATIENCE,
  );

  it(
    "answers in the form of a schema",
    async () => {
      const json_schema = {
        type: "object",
        properties: { colour: { enum: ["red", "green"] }, isSweet: { type: "boolean" } },
        required: ["colour", "isSweet"],
      };
      const { choices } = await kit.json<Answer>("llama/bees", {
        messages: MESSAGES,
        response_format: { type: "json_schema", json_schema },
      });
      const answer = JSON.parse(choices[0]?.message.content ?? "") as Record<string, unknown>;
      expect(["red", "green"]).toContain(answer.colour);
      expect(typeof answer.isSweet).toBe("boolean");
    },
    PATIENCE,
  );

  it(
    "tells which tool to call, calls none itself, and reads what came of it",
    async () => {
      const tool = (name: string) => ({
        type: "function",
        function: {
          ...{ name, description: "Weather of a city" },
          parameters: { type: "object", properties: { city: { enum: ["Oslo", "Rome"] } } },
        },
      });
      const { choices } = await kit.json<Answer>("llama/bees", {
        messages: MESSAGES,
        tools: [tool("weather"), tool("climate")],
        tool_choice: { type: "function", function: { name: "weather" } },
        temperature: 0,
      });
      expect(choices[0]?.finish_reason).toBe("tool_calls");
      const [call, ...others] = choices[0]?.message.tool_calls ?? [];
      expect(others).toEqual([]);
      expect(call?.function.name).toBe("weather");
      expect(call?.id).toMatch(/^call_[0-9a-f]{24}$/);
      const input = JSON.parse(call?.function.arguments ?? "") as { city: string };
      expect(["Oslo", "Rome"]).toContain(input.city);

      const after = await kit.json<Answer>("llama/bees", {
        tools: [tool("weather")],
        messages: [
          ...MESSAGES,
          { role: "assistant", content: null, tool_calls: [call] },
          { role: "tool", tool_call_id: call?.id, content: "It rains." },
          { role: "user", content: "So?" },
        ],
        max_tokens: 8,
        temperature: 0,
      });
      expect(after.choices[0]?.message.content).toBe("Bees make honey.");
    },
    PATIENCE,
  );

  it(
    "works on one answer at a time, and lets who gave up go",
    async () => {
      const reading = new AbortController();
      const endless = await kit.models.run(
        "llama/clock",
        { messages: MESSAGES, stream: true },
        { signal: reading.signal },
      );
      if (endless.kind !== "events") throw new Error("not a stream");
      const events = endless.events[Symbol.asyncIterator]();
      expect((await events.next()).value).toContain("Tick");

      const waiting = new AbortController();
      const given = kit.models.run(
        "llama/clock",
        { messages: MESSAGES },
        { signal: waiting.signal },
      );
      const next = kit.json<Answer>("llama/clock", { messages: MESSAGES, max_tokens: 3 });
      waiting.abort(new Error("gone"));
      await expect(given).rejects.toMatchObject({ code: 3008 });

      for (let read = 0; read < 100; read++) {
        expect((await events.next()).value).toMatch(/Tick| tock/);
      }
      reading.abort(new Error("enough"));
      await expect(
        (async () => {
          for (;;) if ((await events.next()).done === true) return;
        })(),
      ).rejects.toMatchObject({ code: 3008 });
      expect((await next).choices[0]?.message.content).toBe("Tick tockTick");
    },
    PATIENCE,
  );

  it(
    "unloads the model unused for longest where there is no room for another",
    async () => {
      const loads = () => kit.said.filter((line) => /^loading the model \S+$/.test(line));
      await kit.json<Answer>("llama/bees", { messages: MESSAGES });
      await kit.json<Answer>("llama/bees", { messages: MESSAGES });
      expect(loads()).toEqual(["loading the model llama/bees"]);
      await kit.json<Answer>("llama/clock", { messages: MESSAGES, max_tokens: 1 });
      await kit.json<Answer>("llama/bees", { messages: MESSAGES });
      expect(loads()).toEqual(
        ["bees", "clock", "bees"].map((name) => `loading the model llama/${name}`),
      );
    },
    PATIENCE,
  );

  it(
    "refuses a model that is larger than the memory for all",
    async () => {
      await using small = new LocalKit(project ?? "");
      const bees = join(kit.folder, "bees.gguf");
      small.start({ llama: { bees }, memoryMib: 0.5 });
      const asked = small.models.run("llama/bees", { messages: MESSAGES });
      await expect(asked).rejects.toMatchObject({ cause: { code: "AI_MODEL_TOO_LARGE" } });
    },
    PATIENCE,
  );

  it(
    "says what is wrong with a file",
    async () => {
      const ask = (model: string, content: unknown = "Hi") =>
        kit.models.run(model, { messages: [{ role: "user", content }] });
      await expect(ask("llama/absent")).rejects.toMatchObject({
        cause: { code: "AI_MODEL_UNKNOWN" },
        message: expect.stringContaining("absent.gguf"),
      });
      for (const model of ["llama/broken", "llama/cut"]) {
        await expect(ask(model)).rejects.toMatchObject({ cause: { code: "AI_MODEL_FAILED" } });
      }
      await expect(ask("llama/bees")).resolves.toBeDefined();
      await expect(
        ask("llama/bees", [{ type: "image_url", image_url: "data:image/png;base64,AAAA" }]),
      ).rejects.toMatchObject({ code: 5006 });
    },
    PATIENCE,
  );
});
