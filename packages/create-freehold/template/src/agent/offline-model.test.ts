import { isStepCount, streamText, tool } from "ai";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { initialState } from "../protocol.ts";
import { offlineModel } from "./offline-model.ts";

const situation = {
  state: initialState,
  reminders: [],
  now: new Date("2026-11-23T14:05:00Z"),
  timeZone: "UTC",
};

function ask(prompt: string, setReminder: (input: unknown) => unknown = () => ({})) {
  return streamText({
    model: offlineModel(situation, 0),
    prompt,
    stopWhen: isStepCount(5),
    tools: {
      setReminder: tool({
        inputSchema: z.object({ seconds: z.number(), text: z.string() }),
        execute: async (input) => setReminder(input),
      }),
    },
  });
}

describe("the offline model", () => {
  it("streams its words one by one", async () => {
    const deltas: string[] = [];
    for await (const delta of ask("hello").textStream) deltas.push(delta);
    expect(deltas.length).toBeGreaterThan(5);
    expect(deltas[1]).toBe(" I");
    expect(deltas.join("")).toBe(
      "Hello. I am Wren. Ask me for the time, for a reminder, or for help.",
    );
  });

  it("calls the tool first and speaks in a second step", async () => {
    const calls: unknown[] = [];
    const result = ask("remind me in 5 seconds to wave", (input) => calls.push(input));
    expect(await result.text).toBe("I will remind you in 5 seconds: Wave");
    expect(calls).toEqual([{ seconds: 5, text: "Wave" }]);
    expect(await result.steps).toHaveLength(2);
  });

  it("admits it when the tool fails", async () => {
    const result = ask("remind me in 5 seconds to wave", () => {
      throw new Error("The calendar is full.");
    });
    expect(await result.text).toBe("That did not work: The calendar is full.");
  });

  it("stops in the middle when it is told to", async () => {
    const stop = new AbortController();
    const result = streamText({
      model: offlineModel(situation, 5),
      prompt: "help",
      abortSignal: stop.signal,
    });
    const words: string[] = [];
    for await (const part of result.stream) {
      if (part.type === "text-delta") words.push(part.text);
      if (words.length === 3) stop.abort();
    }
    expect(words.length).toBeLessThan(6);
  });
});
