import { randomBytes } from "node:crypto";
import type { UIMessage } from "ai";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ModelServer, startModelServer } from "../../../scripts/testing/model-server/index.ts";

/** The starter's agents on the host, with a clock that the test moves, and a model that schedules. */

/** What of the kit is used. By names in variables, since types of the platform and of pages clash. */
interface Kit {
  readonly clock: { advance(by: string): Promise<void>; set(to: string): Promise<void> };
  startWorker(options: {
    readonly load: () => Promise<unknown>;
    readonly objects: Readonly<Record<string, string>>;
    readonly vars: Readonly<Record<string, string>>;
    readonly clock: { readonly now: string; readonly paused: boolean };
  }): Promise<{ stop(): Promise<void> }>;
  listen(): Promise<{ url: string }>;
}

const KIT: string = "@freehold/testing";
const SERVER: string = "../template/src/server.ts";
const { clock, listen, startWorker } = (await import(KIT)) as Kit;

type ChatMessage = UIMessage<{ at?: number; task?: boolean }>;

/** What the pages of a conversation see beside its messages. */
interface ChatState {
  readonly model: unknown;
  readonly tasks: readonly Task[];
}

interface Task {
  readonly id: string;
  readonly text: string;
  readonly dueAt: number;
}

const NOW = "2040-01-02T10:00:00Z";

const PROVIDERS = {
  "OpenAI-compatible": (url: string) => ({ OPENAI_BASE_URL: url, MODEL: "small" }),
  Anthropic: (url: string) => ({ ANTHROPIC_API_KEY: "key", ANTHROPIC_BASE_URL: url }),
  Google: (url: string) => ({
    GOOGLE_GENERATIVE_AI_API_KEY: "key",
    GOOGLE_GENERATIVE_AI_BASE_URL: url,
  }),
  OpenAI: () => ({ OPENAI_API_KEY: "key" }),
} as const;

interface Frame {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** One page of a conversation, by its frames. */
class Page {
  readonly frames: Frame[] = [];
  readonly #socket: WebSocket;
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.frames.push(JSON.parse(String(data))));
  }

  static async open(url: string): Promise<Page> {
    const page = new Page(new WebSocket(url.replace("http", "ws")));
    await vi.waitFor(() => expect(page.state?.model).toBeTruthy());
    return page;
  }

  get state(): ChatState | undefined {
    return this.frames.findLast(({ type }) => type === "cf_agent_state")?.state as ChatState;
  }

  /** The conversation as the agent has last shown it. */
  get messages(): readonly ChatMessage[] {
    const shown = this.frames.findLast(({ type }) => type === "cf_agent_chat_messages");
    return (shown?.messages ?? []) as ChatMessage[];
  }

  /** Names of tasks that were said to be due. */
  get due(): readonly string[] {
    const told = this.frames.filter(({ type }) => type === "task-due");
    return told.map(({ task }) => (task as Task).text);
  }

  /** Says something and waits for the end of the answer. */
  async ask(text: string, before: readonly ChatMessage[] = []): Promise<void> {
    const id = `r${++this.#asked}`;
    const question = { id: `u${this.#asked}`, role: "user", parts: [{ type: "text", text }] };
    const messages = [...before, question];
    const body = JSON.stringify({ messages, trigger: "submit-message", timeZone: "Europe/Lisbon" });
    const init = { method: "POST", body };
    this.#socket.send(JSON.stringify({ type: "cf_agent_use_chat_request", id, init }));
    await vi.waitFor(() => {
      expect(this.frames).toContainEqual(expect.objectContaining({ id, done: true }));
    });
  }

  close(): void {
    this.#socket.close();
  }
}

const textOf = ({ parts }: ChatMessage) =>
  parts.map((part) => (part.type === "text" ? part.text : "")).join("");

describe.each(Object.entries(PROVIDERS))("a model of %s schedules", (_name, settings) => {
  let model: ModelServer;
  let worker: { stop(): Promise<void> };
  let page: Page;
  let url: string;

  beforeEach(async () => {
    model = await startModelServer();
    // The provider of OpenAI's own models reads it where there is a process.
    vi.stubEnv("OPENAI_BASE_URL", model.url);
    worker = await startWorker({
      load: () => import(SERVER),
      objects: { ChatAgent: "ChatAgent", Directory: "Directory" },
      vars: settings(model.url),
      clock: { now: NOW, paused: true },
    });
    const id = randomBytes(16).toString("base64url");
    url = `${(await listen()).url}/agents/chat-agent/${id}`;
    page = await Page.open(url);
  });
  afterEach(async () => {
    page?.close();
    await worker?.stop();
    await model?.close();
    vi.unstubAllEnvs();
  });

  const wish = (when: object) => [
    { tool: "scheduleTask", input: { description: "Water the plants", when } },
  ];
  const stored = async () => (await (await fetch(`${url}/get-messages`)).json()) as ChatMessage[];
  const told = () => model.requests.at(-1)?.messages.flatMap(({ results }) => results) ?? [];

  it("at a date: it is listed, comes at its time and not before, and is said in the chat", async () => {
    model.add(wish({ type: "scheduled", date: "2040-01-03T09:00:00+01:00" }), "I will.");
    await page.ask("Remind me tomorrow at nine");
    expect(model.problems).toEqual([]);
    const dueAt = Date.parse("2040-01-03T08:00:00Z");
    expect(page.state?.tasks).toMatchObject([{ text: "Water the plants", dueAt }]);
    expect(told()[0]?.text).toContain(`"dueAt":${dueAt}`);

    await clock.set("2040-01-03T07:59:59Z");
    expect(page.due).toEqual([]);
    await clock.advance("1s");
    await vi.waitFor(() => expect(page.due).toEqual(["Water the plants"]));
    await clock.advance("1s");
    await vi.waitFor(() => expect(page.state?.tasks).toEqual([]));
    const [, , reminder] = await stored();
    expect(reminder).toMatchObject({ role: "assistant", metadata: { task: true, at: dueAt } });
    expect(page.messages.map(textOf).at(-1)).toBe("Water the plants");
  });

  it("after a time", async () => {
    model.add(wish({ type: "delayed", delayInSeconds: 90 }), "I will.");
    await page.ask("Remind me in a minute and a half");
    expect(page.state?.tasks).toMatchObject([{ dueAt: Date.parse(NOW) + 90_000 }]);
    await clock.advance("89s");
    expect(page.due).toEqual([]);
    await clock.advance("1s");
    await vi.waitFor(() => expect(page.due).toEqual(["Water the plants"]));
    await clock.advance("1s");
    await vi.waitFor(() => expect(page.state?.tasks).toEqual([]));
  });

  it("again and again, until it is told not to", async () => {
    model.add(wish({ type: "cron", cron: "0 9 * * *" }), "I will.");
    await page.ask("Remind me every day at nine");
    const [task] = page.state?.tasks ?? [];
    expect(task).toMatchObject({ cron: "0 9 * * *", dueAt: Date.parse("2040-01-03T09:00:00Z") });
    await clock.set("2040-01-05T09:00:00Z");
    await vi.waitFor(() => expect(page.due).toHaveLength(3));
    await clock.advance("1s");
    await vi.waitFor(() => {
      expect(page.state?.tasks).toMatchObject([{ dueAt: Date.parse("2040-01-06T09:00:00Z") }]);
    });
    const said = await stored();
    expect(said.map(textOf).slice(2)).toEqual(Array(3).fill("Water the plants"));

    model.add([{ tool: "cancelScheduledTask", input: { taskId: task?.id } }], "No more.");
    await page.ask("Stop that", said);
    await vi.waitFor(() => expect(page.state?.tasks).toEqual([]));
    expect(told().at(-1)?.text).toContain('"cancelled":true');
    await clock.advance("7d");
    expect(page.due).toHaveLength(3);
    expect(model.problems).toEqual([]);
  });

  it("hears why when it cannot be: the past, no date, no time", async () => {
    const said = [
      [{ type: "scheduled", date: "2039-12-31T09:00:00Z" }, "has passed already"],
      [{ type: "scheduled", date: "one fine day" }, "is not a date"],
      [{ type: "no-schedule" }, "Say when"],
    ] as const;
    for (const [when, why] of said) {
      model.add(wish(when), "That does not go.");
      await page.ask("Remind me", await stored());
      expect(told().at(-1)?.text).toContain(why);
    }
    expect(page.state?.tasks).toEqual([]);
  });
});
