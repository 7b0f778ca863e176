import type { UIMessage } from "ai";
import { afterEach, expect, test } from "vitest";
import { endAt, keepEffects } from "./durable/points.ts";
import { answerTo } from "./fixtures/patient-answers.ts";
import { type Behaving, behave } from "./support/behaviour.ts";
import { ChatTab, textOf, user } from "./support/chat.ts";
import { clock } from "./support/hosted.ts";

/**
 * An agent is ended at every point of a turn, and at several in a row. Nobody calls it afterwards:
 * its own alarm brings it back, and the turn to its one end.
 */

let running: Behaving | undefined;
afterEach(async () => {
  await running?.worker.stop();
  running = undefined;
});

const CHUNKS = Array.from({ length: 10 }, (_, index) => `chunk ${index}`);
const POINTS = ["asked", "answering", ...CHUNKS, "last", "told"];
const SEVERAL = [
  ["chunk 3", "recovering"],
  ["chunk 3", "recovering", "recovering"],
  ["asked", "asked", "asked"],
  ["chunk 3", "asked", "chunk 2"],
  ["chunk 3", "chunk 3", "last"],
  ["last", "told", "told"],
  ["chunk 8", "chunk 0", "told"],
];

async function play(plan: readonly string[]) {
  const left = [...plan];
  const effects: string[] = [];
  keepEffects((_id, text) => void effects.push(text));
  endAt((_id, name, agent) => {
    if (name !== left[0]) return;
    left.shift();
    agent.abort("ended by the test");
  });
  running = await behave(() => import("./fixtures/patient.ts"), ["Patient"]);
  const tab = await ChatTab.open(`ws://${running.host}/agents/patient/mine`);
  tab.ask("r1", [user("u1", "tell me")]);
  for (let minute = 0; minute < 20; minute++) await clock.advance("30s");
  return { effects, left, tab };
}

async function stored(): Promise<UIMessage[]> {
  const response = await running?.fetch("/agents/patient/mine/get-messages");
  return (await response?.json()) as UIMessage[];
}

test.each([...POINTS.map((each) => [each]), ...SEVERAL])("ended at %s, %s, %s", async (...plan) => {
  const points = plan.filter((each) => each !== undefined);
  const { effects, left } = await play(points);
  expect(left).toEqual([]);
  const whole = answerTo({ words: 6 });
  expect((await stored()).map(textOf)).toEqual(["tell me", whole]);
  expect(effects).toEqual([`completed: ${whole}`]);
  const rows = (table: string) =>
    running?.rows("Patient", "mine", `SELECT * FROM cf_agents_${table}`);
  expect(await rows("task_runs")).toEqual([]);
  expect(await rows("streams")).toEqual([]);
  const keys = await running?.inside("Patient", "mine", (_agent, { storage }) => {
    return [...storage.kv.list()].map(([key]) => key).filter((key) => !key.startsWith("cf_"));
  });
  expect(keys?.filter((key) => !["cf:chat-recovery:progress", "told"].includes(key))).toEqual([]);
});

test("ended in the turn of the event loop in which it came, a message was never accepted", async () => {
  const { effects, left, tab } = await play(["received"]);
  expect([left, effects, await stored()]).toEqual([[], [], []]);
  expect(tab.chat()).toEqual([]);
});
