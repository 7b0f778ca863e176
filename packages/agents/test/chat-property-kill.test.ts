import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { useAgentChat } from "@freehold/agents/chat/react";
import { useAgent } from "@freehold/agents/react";
import type { UIMessage } from "ai";
import fc from "fast-check";
import { createElement, StrictMode, Suspense } from "react";
import { createRoot, type Root } from "react-dom/client";
import { expect, test, vi } from "vitest";
import { startModelServer } from "../../../scripts/testing/model-server/index.ts";
import { newContainer } from "../src/react/testing/dom.ts";
import { answerTo, type Order } from "./fixtures/patient-answers.ts";
import { MODEL_FORMATS } from "./fixtures/providers.ts";
import { bundleWorker } from "./support/bundle.ts";
import { textOf } from "./support/chat.ts";
import { type KillableWorker, runOnFreehold } from "./support/freehold.ts";
import { Line } from "./support/line.ts";
import { localPath } from "./support/path.ts";
import { patientModel } from "./support/patient-model.ts";

/**
 * The server is a process of its own, which is killed (`kill -9`) and started again on the same data
 * and port while many chats answer with what a model says, in any of its formats; tabs are pages with the hook, whose connections break, and agents
 * are ended one by one as well. The text that each tab ends with is the text that the model sent,
 * once.
 */

interface Script {
  readonly words: number;
  /** Milliseconds between two words. */
  readonly every: number;
  readonly format: (typeof MODEL_FORMATS)[number];
  readonly tabs: number;
  /** Milliseconds after the question, and what happens then. */
  readonly events: readonly {
    readonly at: number;
    readonly kind: "drop" | "end";
    readonly tab: number;
  }[];
}

const script: fc.Arbitrary<Script> = fc.record({
  words: fc.integer({ min: 1, max: 120 }),
  every: fc.integer({ min: 1, max: 12 }),
  format: fc.constantFrom(...MODEL_FORMATS),
  tabs: fc.integer({ min: 1, max: 3 }),
  events: fc.array(
    fc.record({
      at: fc.nat(1500),
      kind: fc.constantFrom("drop" as const, "drop" as const, "end" as const),
      tab: fc.nat(2),
    }),
    { maxLength: 6 },
  ),
});

/** Chats that share a process, and the milliseconds that each of its lives lasts after its start. */
const round = fc.record({
  scripts: fc.array(script, { minLength: 6, maxLength: 6 }),
  lives: fc.array(fc.nat(900), { minLength: 1, maxLength: 3 }),
});
const ROUNDS = 3;

/** A page that shows a conversation. */
class Tab {
  readonly #root: Root = createRoot(newContainer());
  readonly #line: Line;
  #shown: Pick<ReturnType<typeof useAgentChat>, "status" | "messages" | "isStreaming"> | undefined;
  #send: ((text: string) => void) | undefined;
  #anew: (() => void) | undefined;
  #end: (() => Promise<unknown>) | undefined;
  #isClosed = false;
  isReady = false;

  constructor(line: Line, name: string) {
    this.#line = line;
    const Page = () => {
      const agent = useAgent({
        ...{ agent: "Patient", name, host: line.host },
        ...{ minReconnectionDelay: 5, maxReconnectionDelay: 100, connectionTimeout: 5000 },
      });
      void agent.ready.then(() => {
        this.isReady = true;
      });
      const chat = useAgentChat({ agent });
      this.#shown = chat;
      this.#send = (text) => void chat.sendMessage({ text });
      this.#anew = () => void chat.regenerate();
      this.#end = () => agent.call("end");
      return null;
    };
    const page = createElement(Suspense, { fallback: null }, createElement(Page));
    this.#root.render(createElement(StrictMode, null, page));
  }

  get status(): string | undefined {
    return this.#shown?.status;
  }

  /** The texts that are shown, and whether more is to come. */
  get view() {
    const { messages = [], isStreaming, status } = this.#shown ?? {};
    return { texts: messages.map(textOf), status, isStreaming };
  }

  ask(text: string): void {
    this.#send?.(text);
  }

  /** Sends the last question again. */
  askAnew(): void {
    this.#anew?.();
  }

  drop(): void {
    this.#line.cut();
  }

  /** Has the agent end its life. */
  end(): void {
    // The connection may break before the answer comes, or the life end without one.
    this.#end?.().catch(() => undefined);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#root.unmount();
    await this.#line[Symbol.asyncDispose]();
  }
}

const until = (check: () => void | Promise<void>) =>
  vi.waitFor(check, { timeout: 60_000, interval: 20 });

/** One chat: its tabs, and what they are to end with. */
class Trial {
  readonly #script: Script;
  readonly #url: string;
  readonly #model: string;
  readonly #tabs: readonly Tab[];
  readonly #said: string[] = [];

  private constructor(own: Script, url: string, model: string, tabs: readonly Tab[]) {
    this.#script = own;
    this.#model = model;
    this.#url = url;
    this.#tabs = tabs;
  }

  static async start(own: Script, name: string, port: number, model: string): Promise<Trial> {
    const lines = await Promise.all(Array.from({ length: own.tabs }, () => Line.to(port)));
    const tabs = lines.map((line) => new Tab(line, name));
    await until(() => expect(tabs.map(({ isReady }) => isReady)).not.toContain(false));
    return new Trial(own, `http://127.0.0.1:${port}/agents/patient/${name}`, model, tabs);
  }

  /** Asks, and lets happen what the script says. */
  async run(): Promise<void> {
    const { events, every, words } = this.#script;
    this.#ask(this.#tabs[0], { words, every });
    let now = 0;
    for (const { at, kind, tab } of events.toSorted((a, b) => a.at - b.at)) {
      await delay(at - now);
      now = at;
      const chosen = this.#tabs[tab % this.#tabs.length];
      if (kind === "drop") chosen?.drop();
      else chosen?.end();
    }
  }

  /** Asks once more, when nothing breaks any more, by the last tab. */
  askAgain(): void {
    this.#ask(this.#tabs.at(-1), { words: 3, every: 1 });
  }

  /** Waits until every tab shows what was said, and nothing is to come. */
  async settle(): Promise<void> {
    for (const tab of this.#tabs) {
      await until(async () => {
        await this.#sendAgain();
        expect(tab.view).toEqual({ texts: this.#said, status: "ready", isStreaming: false });
      });
    }
    expect((await this.#stored()).map(textOf)).toEqual(this.#said);
  }

  async close(): Promise<void> {
    for (const tab of this.#tabs) await tab.close();
  }

  #ask(tab: Tab | undefined, said: Pick<Order, "words" | "every">): void {
    const order = { ...said, model: this.#model, format: this.#script.format };
    const question = JSON.stringify(order);
    this.#said.push(question, answerTo(order));
    tab?.ask(question);
  }

  /** A question that came to nobody before the process ended fails: its author asks it again. */
  async #sendAgain(): Promise<void> {
    const [first] = this.#tabs;
    if (first?.status !== "error" || (await this.#stored()).length > 0) return;
    first.askAnew();
  }

  async #stored(): Promise<UIMessage[]> {
    return (await (await fetch(`${this.#url}/get-messages`)).json()) as UIMessage[];
  }
}

test("however often the process is killed, each tab ends with the text that the model sent, once", async () => {
  const seed = Number(process.env.RANDOM_SEED ?? Math.floor(Math.random() * 1e9));
  console.log(`seed ${seed} (RANDOM_SEED replays the scripts, not the machine)`);
  const directory = await mkdtemp(join(tmpdir(), "freehold-patients-"));
  await using model = await startModelServer([patientModel]);
  const bundle = await bundleWorker(localPath("../fixtures/patient.ts"));
  const worker = { script: bundle, objects: { Patient: "Patient" }, directory };
  let running: KillableWorker = await runOnFreehold(worker);
  const port = Number(new URL(running.url).port);
  const trials: Trial[] = [];
  try {
    for (const { lives, scripts } of fc.sample(round, { seed, numRuns: ROUNDS })) {
      const present = await Promise.all(
        scripts.map((own, index) => Trial.start(own, `n${trials.length + index}`, port, model.url)),
      );
      trials.push(...present);
      const runs = present.map((trial) => trial.run());
      for (const life of lives) {
        await delay(life);
        await running.kill();
        running = await runOnFreehold(worker, port);
      }
      await Promise.all(runs);
      for (const trial of present) await trial.settle();
      for (const trial of present) trial.askAgain();
      for (const trial of present) await trial.settle();
      for (const trial of present) await trial.close();
    }
    expect(model.problems).toEqual([]);
  } finally {
    for (const trial of trials) await trial.close();
    await running.stop();
    await rm(directory, { recursive: true, force: true });
  }
}, 240_000);
