import { isStepCount, streamText, tool } from "ai";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { offlineModel } from "./model.ts";

const situation = { now: new Date("2026-11-23T14:05:00Z"), timeZone: "UTC" };

function ask(prompt: string, getWeather: (input: unknown) => unknown = () => ({})) {
  return streamText({
    model: offlineModel(situation, 0),
    prompt,
    stopWhen: isStepCount(5),
    tools: {
      getWeather: tool({
        inputSchema: z.object({ city: z.string() }),
        execute: async (input) => getWeather(input),
      }),
    },
  });
}

describe("the offline model", () => {
  it("streams its words one by one", async () => {
    const deltas: string[] = [];
    for await (const delta of ask("hello").textStream) deltas.push(delta);
    expect(deltas.length).toBeGreaterThan(5);
    expect(deltas[1]).toBe(" Ask");
    expect(deltas.join("")).toMatch(/^Hello\. Ask me for the weather/);
  });

  it("thinks before it speaks", async () => {
    const result = ask("Is 221 a prime number?");
    expect(await result.text).toBe("No, 221 is not prime: 13 × 17 = 221.");
    expect(await result.reasoningText).toContain("13 divides it");
  });

  it("calls the tool first and speaks of what it gave in a second step", async () => {
    const calls: unknown[] = [];
    const result = ask("what is the weather in Oslo?", (input) => {
      calls.push(input);
      return { sky: "rainy", celsius: 7 };
    });
    expect(await result.text).toContain("In **Oslo** it is rainy, 7 °C.");
    expect(calls).toEqual([{ city: "Oslo" }]);
    expect(await result.steps).toHaveLength(2);
  });

  it("admits it when the tool fails", async () => {
    const result = ask("what is the weather in Oslo?", () => {
      throw new Error("The station is down.");
    });
    expect(await result.text).toBe("That did not work: The station is down.");
  });

  it("says what pictures it got, and that it cannot see them", async () => {
    const result = streamText({
      model: offlineModel(situation, 0),
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "file", mediaType: "image/png", data: new Uint8Array(2048) },
          ],
        },
      ],
    });
    expect(await result.text).toMatch(/image\/png, 2 KiB[\s\S]*Rules cannot see/);
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
