import { type Connected, call, connectTo, eventually } from "../agent.ts";
import type { Cell } from "../cell.ts";

type Frame = Readonly<Record<string, unknown>>;

/** Frames of the chat by their short names. */
const NAMES: Readonly<Record<string, string>> = {
  cf_agent_use_chat_response: "response",
  cf_agent_chat_messages: "messages",
  cf_agent_message_updated: "updated",
  cf_agent_chat_clear: "clear",
  cf_agent_stream_resuming: "resuming",
  cf_agent_stream_pending: "pending",
  cf_agent_stream_resume_none: "none",
  cf_agent_chat_recovering: "recovering",
  "agent-tool-event": "tool",
};

/** How the questions of scenarios begin. */
const SCRIPT = /^\{"(?:turns|plain|fail|delegate)"/;

/** A conversation's tabs, and what each of them was told. */
export class Stage {
  readonly #cell: Cell;
  readonly #tabs = new Map<string, Tab>();
  readonly #labels = new Map<string, string>();
  readonly #anyMoment = new Set<string>();

  constructor(cell: Cell) {
    this.#cell = cell;
  }

  /** Opens a tab. */
  async tab(name: string): Promise<Tab> {
    const connected = await connectTo(this.#cell, { agent: "MatrixScript", id: name } as never);
    const tab = new Tab(connected);
    this.#tabs.set(name, tab);
    return tab;
  }

  /** Frames of this kind may come before or after the others: they are listed last. */
  atAnyMoment(name: string): void {
    this.#anyMoment.add(name);
  }

  /** The stored conversation. */
  async stored(): Promise<unknown> {
    const path = `/agents/matrix-script/${this.#cell.name}/get-messages`;
    return (await fetch(new URL(path, this.#cell.url))).json();
  }

  /** All that was told, a line a frame: generated ids by the order in which they appear. */
  async trace(): Promise<Record<string, unknown>> {
    for (const tab of this.#tabs.values()) if (tab.isOpen) await tab.call("report");
    const [first] = [...this.#tabs.values()].filter(({ isOpen }) => isOpen);
    const report = ((await first?.call("report")) ?? {}) as Record<string, unknown>;
    const { delegated, results } = report;
    const told = [...this.#tabs].map(([name, tab]) => [
      name,
      this.#inOrder(tab.frames.map((each) => this.#line(each))),
    ]);
    return {
      ...Object.fromEntries(told),
      stored: ((await this.stored()) as object[]).map((message) => this.#labelled(message)),
      results,
      ...(delegated === undefined ? {} : { delegated }),
    };
  }

  close(): void {
    for (const tab of this.#tabs.values()) tab.close();
  }

  #inOrder(lines: readonly string[]): string[] {
    const isLate = (line: string) => this.#anyMoment.has(line.slice(0, line.indexOf(" ")));
    return [...lines.filter((line) => !isLate(line)), ...lines.filter(isLate)];
  }

  #line({ type, body, ...rest }: Frame): string {
    const chunk = typeof body === "string" && body.startsWith("{") ? JSON.parse(body) : body;
    const fields = Object.entries({ ...rest, ...(body === undefined ? {} : { body: chunk }) });
    const sorted = Object.fromEntries(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)));
    return `${NAMES[String(type)]} ${this.#labelled(sorted)}`;
  }

  /** JSON with a label for each id that a machine made, and without the scripts of questions. */
  #labelled(value: unknown): string {
    const label = (id: string) => {
      const known = this.#labels.get(id) ?? `$${this.#labels.size + 1}`;
      this.#labels.set(id, known);
      return known;
    };
    const short = (_key: string, each: unknown) =>
      typeof each === "string" && SCRIPT.test(each) ? "{…}" : each;
    return JSON.stringify(value, short)
      .replace(/assistant_\d+_[0-9a-z]+/g, label)
      .replace(/(?<="(?:id|requestId)":")[\w-]{12,}(?=")/g, label)
      .replace(/(?<="at":)\d+/g, "0");
  }
}

/** One open tab that speaks the chat's frames by hand. */
export class Tab {
  readonly #connected: Connected;
  isOpen = true;

  constructor(connected: Connected) {
    this.#connected = connected;
  }

  /** The chat's frames so far. */
  get frames(): Frame[] {
    return this.#connected.messages.flatMap((message) => {
      const frame = message.startsWith("{") ? (JSON.parse(message) as Frame) : {};
      return Object.hasOwn(NAMES, String(frame.type)) ? [frame] : [];
    });
  }

  send(type: string, fields: object = {}): void {
    this.#connected.client.send(JSON.stringify({ type: `cf_agent_${type}`, ...fields }));
  }

  ask(id: string, messages: readonly object[], trigger = "submit-message"): void {
    const body = JSON.stringify({ messages, trigger });
    this.send("use_chat_request", { id, init: { method: "POST", body } });
  }

  call(method: string, ...args: unknown[]): Promise<unknown> {
    return call(this.#connected.client, method, ...args);
  }

  /** Waits for a frame among all that came. */
  until(what: string, fits: (frame: Frame) => boolean): Promise<Frame> {
    return eventually(what, () => this.frames.find(fits));
  }

  done(id: string): Promise<Frame> {
    return this.until(`the end of ${id}`, (frame) => frame.id === id && frame.done === true);
  }

  text(delta: string): Promise<Frame> {
    return this.until(`the text ${delta}`, ({ body }) =>
      String(body).includes(`"delta":"${delta}"`),
    );
  }

  close(): void {
    this.isOpen = false;
    this.#connected.client.close();
  }
}
