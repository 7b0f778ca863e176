import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { UIMessage } from "ai";
import { expect, test } from "vitest";
import { startModelServer } from "../../../scripts/testing/model-server/index.ts";
import { answerTo } from "./fixtures/patient-answers.ts";
import { MODEL_FORMATS } from "./fixtures/providers.ts";
import { bundleWorker } from "./support/bundle.ts";
import { ChatTab, type Frame, textOf, user } from "./support/chat.ts";
import { runOnFreehold } from "./support/freehold.ts";
import { patientModel } from "./support/patient-model.ts";

/**
 * The process is killed (`kill -9`) again and again while a model's answer streams: what a tab has seen is in
 * the conversation, the answer comes to its end, and the agent is told of that once.
 */

const fixture = fileURLToPath(new URL("./fixtures/patient.ts", import.meta.url).href);
const LIVES = 4;

/** Deltas in a tab's frames. */
function deltasOf(frames: readonly Frame[]): string[] {
  return frames.flatMap(({ body, done, type }) => {
    if (type !== "cf_agent_use_chat_response" || done || !body) return [];
    const chunk = JSON.parse(String(body)) as { type: string; delta?: string };
    return chunk.type === "text-delta" ? [String(chunk.delta)] : [];
  });
}

test("killed again and again, an answer loses nothing that was seen, and ends once", async () => {
  const seed = Number(process.env.RANDOM_SEED ?? Math.floor(Math.random() * 1e9));
  console.log(`seed ${seed} (RANDOM_SEED replays the times, not the machine)`);
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
  const format = MODEL_FORMATS[seed % MODEL_FORMATS.length] ?? "openai";
  const directory = await mkdtemp(join(tmpdir(), "freehold-patient-"));
  const script = await bundleWorker(fixture);
  await using model = await startModelServer([patientModel]);
  const order = { words: 400, every: 4, model: model.url, format };
  const seen: string[] = [];
  try {
    for (let life = 0; life <= LIVES; life++) {
      const worker = await runOnFreehold({ script, objects: { Patient: "Patient" }, directory });
      const url = `${worker.url}/agents/patient/mine`;
      const tab = await ChatTab.open(url.replace("http", "ws"));
      const frames = tab.follow();
      if (life === 0) {
        tab.ask("r1", [user("u1", order)]);
        // A message of which nothing was heard may not have been accepted yet.
        await expect.poll(() => deltasOf(frames).length).toBeGreaterThan(0);
      }
      if (life < LIVES) {
        await delay(150 + random() * 350);
        await worker.kill();
        seen.push(...deltasOf(frames));
        continue;
      }
      const whole = answerTo(order);
      let stored: UIMessage[] = [];
      for (let look = 0; look < 600 && textOf(stored.at(-1)) !== whole; look++) {
        await delay(50);
        stored = (await (await fetch(`${url}/get-messages`)).json()) as UIMessage[];
      }
      expect(stored.map(textOf)).toEqual([textOf(user("u1", order)), whole]);
      const words = new Set(whole.split(/(?<= )/));
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.filter((delta) => !words.has(delta))).toEqual([]);
      const check = await ChatTab.open(url.replace("http", "ws"));
      expect(await check.call("told")).toEqual(["completed"]);
      expect(model.problems).toEqual([]);
      await worker.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}, 240_000);
