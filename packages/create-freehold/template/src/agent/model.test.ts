import { isStepCount, streamText } from "ai";
import { afterEach, describe, expect, it, vi } from "vitest";
import { initialState, type Reminder } from "../protocol.ts";
import type { Env } from "./env.ts";
import { chooseModel, describeModel, instructions } from "./model.ts";
import { agentTools } from "./tools.ts";

const env = {
  OPENAI_API_KEY: "secret",
  OPENAI_BASE_URL: "http://models.test/v1",
  OPENAI_MODEL: "small",
} as Env;
const situation = { state: initialState, reminders: [], now: new Date(0), timeZone: "UTC" };

/** An endpoint that speaks the OpenAI chat protocol: one scripted answer for each request. */
function endpoint(...answers: object[][]) {
  const requests: { url: string; headers: Headers; body: { messages: { role: string }[] } }[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    requests.push({ url, headers: new Headers(init.headers), body: JSON.parse(String(init.body)) });
    const chunks = (answers.shift() ?? []).map(
      (choice) => `data: ${JSON.stringify({ id: "1", choices: [{ index: 0, ...choice }] })}\n\n`,
    );
    return new Response(`${chunks.join("")}data: [DONE]\n\n`, {
      headers: { "content-type": "text/event-stream" },
    });
  });
  return requests;
}

afterEach(() => vi.unstubAllGlobals());

describe("a model behind an endpoint", () => {
  it("is used when there is a key", () => {
    expect(describeModel(env)).toEqual({ kind: "endpoint", name: "small" });
    expect(describeModel({} as Env).kind).toBe("offline");
  });

  it("sets a reminder by its tool and then speaks", async () => {
    const requests = endpoint(
      [
        {
          delta: {
            role: "assistant",
            tool_calls: [
              {
                index: 0,
                id: "call-1",
                type: "function",
                function: { name: "setReminder", arguments: '{"seconds":5,"text":"Wave"}' },
              },
            ],
          },
        },
        { delta: {}, finish_reason: "tool_calls" },
      ],
      [
        { delta: { content: "I " } },
        { delta: { content: "will." } },
        { delta: {}, finish_reason: "stop" },
      ],
    );
    const set: [number, string][] = [];
    const tools = agentTools({
      state: initialState,
      setState: () => undefined,
      reminders: async () => [],
      cancelReminder: async () => true,
      setReminder: async (seconds, text): Promise<Reminder> => {
        set.push([seconds, text]);
        return { id: "1", text, dueAt: 0 };
      },
    });

    const result = streamText({
      model: chooseModel(env, situation),
      instructions: instructions(situation),
      prompt: "Remind me to wave, soon.",
      tools,
      stopWhen: isStepCount(5),
    });

    expect(await result.text).toBe("I will.");
    expect(set).toEqual([[5, "Wave"]]);
    expect(requests.map(({ url }) => url)).toEqual(
      Array(2).fill("http://models.test/v1/chat/completions"),
    );
    expect(requests[0]?.headers.get("authorization")).toBe("Bearer secret");
    expect(requests[1]?.body.messages.map(({ role }) => role)).toEqual([
      "system",
      "user",
      "assistant",
      "tool",
    ]);
  });
});
