import { once } from "node:events";
import { WebSocket } from "ws";
import type { Context, Figures, Scenario } from "../harness/scenario.ts";
import { cpuPerOperation, round, sleep, summary } from "../harness/stats.ts";
import { chatOnFreehold, chatOnWorkerd } from "../servers/chat.ts";

const CHUNKS = 2000;
const WARM_UPS = 2;
const PATIENCE_MS = 60_000;

/** A tab: counts the chunks that come, unparsed, until the end of a request. */
class Tab {
  readonly #socket: WebSocket;
  chunks = 0;
  onChunk: ((text: string) => void) | undefined;
  #done = Promise.withResolvers<void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => this.#take(data));
  }

  static async open({ url }: Context, name: string): Promise<Tab> {
    const address = `${url.replace(/^http/, "ws")}/agents/bench-chat/${name}`;
    const socket = new WebSocket(address, { perMessageDeflate: false, skipUTF8Validation: true });
    const tab = new Tab(socket);
    await once(socket, "open");
    return tab;
  }

  ask(id: string, order: object): void {
    const text = JSON.stringify(order);
    const messages = [{ id: `u-${id}`, role: "user", parts: [{ type: "text", text }] }];
    const body = JSON.stringify({ messages, trigger: "submit-message" });
    const init = { method: "POST", body };
    this.#socket.send(JSON.stringify({ type: "cf_agent_use_chat_request", id, init }));
  }

  /** Resolves at the end of the next request. */
  expectEnd(): Promise<void> {
    this.#done = Promise.withResolvers();
    return this.#done.promise;
  }

  close(): void {
    this.#socket.terminate();
  }

  #take(data: Buffer): void {
    if (!data.includes("cf_agent_use_chat_response")) return;
    if (data.includes('"done":true')) {
      this.#done.resolve();
      return;
    }
    if (!data.includes("text-delta")) return;
    this.chunks++;
    this.onChunk?.(data.toString());
  }
}

async function withLimit<T>(work: Promise<T>): Promise<T> {
  const late = sleep(PATIENCE_MS).then(() => Promise.reject(new Error("the answer did not end")));
  return Promise.race([work, late as Promise<never>]);
}

/** Bytes that the server has had written to the disk. */
const written = ({ server }: Context) => server.written();

/** Answers of 2,000 chunks in one body, one after the other, seen by so many tabs. */
async function stream(context: Context, clients: number): Promise<Figures> {
  const name = `c${context.tag}`;
  const tabs = await Promise.all(Array.from({ length: clients }, () => Tab.open(context, name)));
  const [first] = tabs as [Tab];
  const turn = async (id: string) => {
    const ends = Promise.all(tabs.map((tab) => tab.expectEnd()));
    first.ask(id, { chunks: CHUNKS });
    await withLimit(ends);
  };
  for (let warm = 0; warm < WARM_UPS; warm++) await turn(`w${warm}`);
  await sleep(300);
  const counted = () => tabs.reduce((sum, tab) => sum + tab.chunks, 0);
  const [cpu, bytes, before, start] = [
    ...[context.server.cpu(), written(context), counted(), performance.now()],
  ] as [number, number, number, number];
  let turns = 0;
  while (performance.now() - start < context.seconds * 1000) await turn(`t${turns++}`);
  const elapsed = performance.now() - start;
  await sleep(300);
  const chunks = (counted() - before) / clients;
  const used = context.server.cpu() - cpu;
  for (const tab of tabs) tab.close();
  return {
    clients,
    turns,
    lost_chunks: turns * CHUNKS - chunks,
    server_cpu_us_per_op: cpuPerOperation(used, chunks),
    bytes_written_per_chunk: round((written(context) - bytes) / chunks, 0),
    ms_per_turn: round(elapsed / turns, 0),
  };
}

const AT_ONCE = Number(process.env.BENCH_CHATS ?? 250);
const EVERY_MS = 50;

/** Many answers at once, each of 20 chunks a second; how late each chunk is seen. */
async function many(context: Context): Promise<Figures> {
  const name = (index: number) => `m${context.tag}-${index}`;
  const tabs: Tab[] = [];
  for (let index = 0; index < AT_ONCE; index++) tabs.push(await Tab.open(context, name(index)));
  const delays: number[] = [];
  let isMeasuring = false;
  for (const tab of tabs) {
    tab.onChunk = (text) => {
      const made = isMeasuring ? /@(\d+) /.exec(text) : null;
      if (made) delays.push(Date.now() - Number(made[1]));
    };
  }
  const seconds = Math.max(5, context.seconds);
  const chunks = Math.ceil(((PATIENCE_MS + seconds * 1000) * 1.5) / EVERY_MS);
  for (const [index, tab] of tabs.entries()) tab.ask(`r${index}`, { chunks, every: EVERY_MS });
  for (const start = performance.now(); tabs.some((tab) => tab.chunks === 0); await sleep(50)) {
    if (performance.now() - start > PATIENCE_MS) throw new Error("not all answers have begun");
  }
  await sleep(500);
  const [cpu, bytes, start] = [context.server.cpu(), written(context), performance.now()];
  isMeasuring = true;
  await sleep(seconds * 1000);
  isMeasuring = false;
  const elapsed = performance.now() - start;
  const used = context.server.cpu() - cpu;
  const bytesWritten = written(context) - bytes;
  const { rss } = context.server.memory();
  for (const tab of tabs) tab.close();
  return {
    chats: AT_ONCE,
    chunks_per_s: round((delays.length / elapsed) * 1000, 0),
    ...summary(delays, "delay"),
    server_cpu_us_per_op: cpuPerOperation(used, delays.length),
    server_cores: round(used / elapsed),
    bytes_written_per_chunk: round(bytesWritten / delays.length, 0),
    rss_mib: round(rss, 0),
  };
}

interface StoredMessage {
  readonly role: string;
  readonly parts: readonly { readonly text?: string }[];
}

/** Chunks that a tab has seen and that are not in the conversation after `kill -9`. */
async function killed(context: Context): Promise<Figures> {
  const { server } = context;
  let seen = 0;
  let lost = 0;
  const rounds = 5;
  await server.start();
  for (let turn = 0; turn < rounds; turn++) {
    const name = `k${context.tag}-${turn}`;
    const tab = await Tab.open(context, name);
    const numbers: number[] = [];
    tab.onChunk = (text) => {
      const made = /(\d+)@\d+ /.exec(text);
      if (made) numbers.push(Number(made[1]));
    };
    tab.ask("r", { chunks: 400, every: 5 });
    await sleep(400 + turn * 37);
    await server.stop("SIGKILL");
    tab.close();
    await server.start();
    const text = await answerAfter(`${context.url}/agents/bench-chat/${name}`);
    seen += numbers.length;
    lost += numbers.filter((number) => !text.includes(` ${number}@`) && number > 0).length;
  }
  return { rounds, seen, acknowledged_and_lost: lost };
}

/** The answer once the chat has recovered. */
async function answerAfter(url: string): Promise<string> {
  for (let look = 0; look < 200; look++) {
    const messages = (await (await fetch(`${url}/get-messages`)).json()) as StoredMessage[];
    const answer = messages.findLast(({ role }) => role === "assistant");
    const text = (answer?.parts ?? []).map((part) => part.text ?? "").join("");
    if (text.includes("END")) return ` ${text}`;
    await sleep(50);
  }
  throw new Error("the chat did not recover");
}

const serves = { ours: chatOnFreehold, peer: chatOnWorkerd };

export const chatScenarios: readonly Scenario[] = [
  ...[1, 20].map(
    (clients): Scenario => ({
      name: `chat-stream-${clients}`,
      about: `answers of ${CHUNKS} chunks in one body, seen by ${clients} tabs`,
      shown: ["server_cpu_us_per_op", "bytes_written_per_chunk", "lost_chunks", "ms_per_turn"],
      serves,
      run: (context) => stream(context, clients),
    }),
  ),
  {
    name: "chat-many",
    about: `${AT_ONCE} answers at once, of 20 chunks a second each`,
    shown: [
      "chunks_per_s",
      "delay_p50_ms",
      "delay_p99_ms",
      "server_cores",
      "bytes_written_per_chunk",
    ],
    serves,
    run: many,
  },
  {
    name: "chat-kill",
    about: "chunks that a tab has seen and that kill -9 loses",
    shown: ["seen", "acknowledged_and_lost"],
    serves,
    owns: true,
    run: killed,
  },
];
