import { createOpenAI } from "@ai-sdk/openai";
import type { Agent } from "@freehold/agents";
import { getSchedulePrompt, type Schedule, scheduleSchema } from "@freehold/agents/schedule";
import { generateText, Output } from "ai";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ModelServer, startModelServer } from "../../../scripts/testing/model-server/index.ts";
import { type Behaving, behave } from "./support/behaviour.ts";
import { clock } from "./support/hosted.ts";

/** From a person's words to what fires: the prompt, the schema, a real provider and an agent. */

let running: Behaving;
let model: ModelServer;

beforeEach(async () => {
  model = await startModelServer();
  running = await behave(() => import("./behaviours/workers/schedules.ts"), ["Planner", "Eager"]);
});
afterEach(async () => {
  await running.worker.stop();
  await model.close();
});

/** What `schedule()` is given by programs for the published SDK, a date as it came. */
function whenOf(when: Schedule["when"]): string | number {
  if (when.type === "scheduled") return when.date;
  if (when.type === "delayed") return when.delayInSeconds;
  if (when.type === "cron") return when.cron;
  throw new Error("no time is meant");
}

async function read(words: string, answer: Schedule): Promise<Schedule> {
  model.add(JSON.stringify(answer));
  const { output } = await generateText({
    model: createOpenAI({ baseURL: model.url, apiKey: "key" })("small"),
    output: Output.object({ schema: scheduleSchema }),
    // Of a choice between forms OpenAI's strict schemas know nothing.
    providerOptions: { openai: { strictJsonSchema: false } },
    prompt: `${getSchedulePrompt({ date: new Date(clock.now()) })}\n\n${words}`,
  });
  return output;
}

test.each<[string, Schedule["when"], string]>([
  [
    "on the second at nine, in Oslo",
    { type: "scheduled", date: "2040-01-02T09:00:00+01:00" },
    "2040-01-02T08:00:00Z",
  ],
  ["in twenty minutes", { type: "delayed", delayInSeconds: 1200 }, "2040-01-01T00:20:00Z"],
  ["every day at nine", { type: "cron", cron: "0 9 * * *" }, "2040-01-01T09:00:00Z"],
])("%s: the schedule is what was meant, and fires at its time", async (words, when, due) => {
  const wish = await read(`Call home ${words}`, { description: "Call home", when });
  expect(wish).toEqual({ description: "Call home", when });
  expect(model.requests[0]?.prompt).toContain("Sun, 01 Jan 2040 00:00:00 GMT");
  expect(model.problems).toEqual([]);

  const inside = <T>(body: (agent: Agent) => T | Promise<T>) =>
    running.inside<T>("Planner", "a", async (agent) => {
      await agent.lifecycle.start();
      return body(agent);
    });
  const { time, type } = await inside((agent) =>
    agent.schedule(whenOf(wish.when), "run" as never, wish.description),
  );
  expect([type, time * 1000]).toEqual([when.type, Date.parse(due)]);
  await clock.set(new Date(Date.parse(due) - 1000).toISOString());
  expect(await inside(async (agent) => (await agent.listSchedules())[0]?.time)).toBe(time);
  await clock.advance("1s");
  const next = await inside(async (agent) => (await agent.listSchedules())[0]?.time);
  expect(next).toBe(when.type === "cron" ? time + 86_400 : undefined);
});

test("where no time is meant there is none", async () => {
  const wish = { description: "Sing", when: { type: "no-schedule" } } as const;
  expect(await read("Sing", wish)).toEqual(wish);
});
