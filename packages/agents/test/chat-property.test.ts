import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { endAt, keepEffects } from "./durable/points.ts";
import { answerTo } from "./fixtures/patient-answers.ts";
import { type Behaving, behave } from "./support/behaviour.ts";
import { type Frame, user } from "./support/chat.ts";
import { clock } from "./support/hosted.ts";
import { TestSocket } from "./support/socket.ts";

/**
 * Whatever drops and whatever ends, the text that each tab ends with is the text that the model sent,
 * once. Tabs are real sockets that follow the protocol as its clients do.
 */

vi.setConfig({ testTimeout: 240_000 });

let running: Behaving | undefined;
afterEach(async () => {
  await running?.worker.stop();
  running = undefined;
});

/** A tab that comes back when its connection drops, and puts what it sees together. */
class Tab {
  readonly #url: string;
  #socket: TestSocket | undefined;
  #life = 0;
  /** Texts of each request by their `seq`, in the order in which the requests came. */
  readonly #requests = new Map<string, Map<number, string>>();
  readonly problems: string[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  async connect(): Promise<void> {
    const life = ++this.#life;
    const socket = await TestSocket.open(this.#url);
    this.#socket = socket;
    socket.send(JSON.stringify({ type: "cf_agent_stream_resume_request", probeId: `p${life}` }));
    void this.#follow(socket, life);
    void socket.closed.then(() => (life === this.#life ? this.connect() : undefined));
  }

  send(frame: object): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  /** Breaks the connection off. */
  drop(): void {
    this.#socket?.close();
  }

  close(): void {
    this.#life++;
    this.#socket?.close();
  }

  /** The text of all that was seen: a turn that was taken up goes on where it was. */
  get text(): string {
    return [...this.#requests.values()]
      .flatMap((deltas) => [...deltas].toSorted(([a], [b]) => a - b).map(([, delta]) => delta))
      .join("");
  }

  async #follow(socket: TestSocket, life: number): Promise<void> {
    const accepted = new Set<unknown>();
    /** The `seq` that comes next of each request on this connection. */
    const next = new Map<unknown, number>();
    while (life === this.#life) {
      const [frame] = (await socket.take(1)) as [Frame];
      if (frame.type === "cf_agent_stream_resuming" && !accepted.has(frame.id)) {
        accepted.add(frame.id);
        socket.send(JSON.stringify({ type: "cf_agent_stream_resume_ack", id: frame.id }));
      }
      if (frame.type === "cf_agent_use_chat_response") this.#response(frame, next);
    }
  }

  #response({ body, done, id, seq }: Frame, next: Map<unknown, number>): void {
    if (done || typeof body !== "string" || body === "") return;
    const wanted = next.get(id) ?? 0;
    if (seq !== wanted) this.problems.push(`${id}: ${seq} instead of ${wanted}`);
    next.set(id, wanted + 1);
    const deltas = this.#requests.get(String(id)) ?? new Map<number, string>();
    this.#requests.set(String(id), deltas);
    const chunk = JSON.parse(body) as { type: string; delta?: string };
    if (chunk.type !== "text-delta" || typeof seq !== "number") return;
    const before = deltas.get(seq);
    const delta = String(chunk.delta);
    if (before !== undefined && before !== delta) this.problems.push(`${seq}: ${before}, ${delta}`);
    deltas.set(seq, delta);
  }
}

const event = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("drop" as const), tab: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.constant({ kind: "end" as const, tab: 0 }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("wait" as const), tab: fc.nat(60) }) },
);
const script = fc.record({
  words: fc.integer({ min: 1, max: 40 }),
  every: fc.integer({ min: 1, max: 20 }),
  tabs: fc.integer({ min: 1, max: 3 }),
  events: fc.array(event, { maxLength: 12 }),
});

test("each tab ends with the text that the model sent, once", async () => {
  const seed = Number(process.env.RANDOM_SEED ?? Math.floor(Math.random() * 1e9));
  console.log(`seed ${seed} (RANDOM_SEED replays)`);
  running = await behave(() => import("./fixtures/patient.ts"), ["Patient"]);
  const { host, inside } = running;
  keepEffects(() => undefined);
  endAt(() => undefined);
  let names = 0;
  await fc.assert(
    fc.asyncProperty(script, async ({ events, every, tabs: count, words }) => {
      const name = `n${++names}`;
      const url = `ws://${host}/agents/patient/${name}`;
      const tabs = Array.from({ length: count }, () => new Tab(url));
      for (const tab of tabs) await tab.connect();
      const [first] = tabs as [Tab];
      const body = JSON.stringify({
        messages: [user("u1", { words, every })],
        trigger: "submit-message",
      });
      const init = { method: "POST", body };
      first.send({ type: "cf_agent_use_chat_request", id: "r1", init });
      await clock.advance(5);
      for (const { kind, tab } of events) {
        if (kind === "wait") await clock.advance(tab);
        else if (kind === "drop") tabs[tab % count]?.drop();
        else
          await inside("Patient", name, (_agent, ctx) => ctx.abort("ended")).catch(() => undefined);
        await clock.settle();
      }
      for (let minute = 0; minute < 6; minute++) await clock.advance("30s");
      const whole = answerTo({ words });
      const stored = await running?.fetch(`/agents/patient/${name}/get-messages`);
      const messages = (await stored?.json()) as { parts: { text?: string }[] }[];
      const texts = messages.map(({ parts }) => parts.map(({ text }) => text ?? "").join(""));
      expect(texts.at(-1)).toBe(whole);
      expect(texts).toHaveLength(2);
      for (const tab of tabs) expect([tab.problems, tab.text]).toEqual([[], whole]);
      const runs = "SELECT run_id, state, attempt, next_at FROM cf_agents_task_runs";
      expect(await running?.rows("Patient", name, runs)).toEqual([]);
      for (const tab of tabs) tab.close();
    }),
    { seed, numRuns: 40 },
  );
});
