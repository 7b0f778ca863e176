/**
 * A chat server that does what a test says, on the published wire: real sockets, no agent behind them.
 *
 * @module
 */

import type { UIMessage } from "ai";
import {
  type ScriptedConnection,
  ScriptedServer,
} from "../../../client/testing/scripted-server.ts";
import { ChatMessageType, messagesFrame, responseFrame, resumingFrame } from "../../wire.ts";

/** What goes wrong, and when: before the chunk with this number. */
export interface Fault {
  readonly at: number;
  /** Which connection, counted by tabs as they came. */
  readonly tab: number;
  /** `cut`: the connection. `twice`: the last chunk. `late`: the chunk comes after the next. `offer`: the stream. */
  readonly how: "cut" | "twice" | "late" | "offer";
}

interface Turn {
  readonly id: string;
  readonly bodies: string[];
  readonly messageIds: readonly string[];
}

/** The next turn of the event loop, where sockets get their share. */
const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** See the module's note. */
export class ScriptedChat implements AsyncDisposable {
  /** What is stored. */
  messages: UIMessage[] = [];
  /** The text that answers say, a word a chunk. */
  words: readonly string[] = [];
  faults: readonly Fault[] = [];
  readonly #server: ScriptedServer;
  /** Whether chunks are numbered, as the published server does since 0.12. */
  readonly #isNumbered: boolean;
  readonly #open = new Map<string, ScriptedConnection>();
  /** Were offered the stream and have not accepted it. */
  readonly #offered = new Set<ScriptedConnection>();
  #turn: Turn | null = null;
  #answers = 0;
  #isStopped = false;

  private constructor(server: ScriptedServer, isNumbered: boolean) {
    this.#server = server;
    this.#isNumbered = isNumbered;
  }

  static async start(isNumbered: boolean): Promise<ScriptedChat> {
    const chat = new ScriptedChat(await ScriptedServer.start(), isNumbered);
    void chat.#serve();
    return chat;
  }

  get host(): string {
    return this.#server.host;
  }

  /** Whether an answer is being given. */
  get isAnswering(): boolean {
    return this.#turn !== null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    await this.#server.stop();
  }

  async #serve(): Promise<void> {
    while (!this.#isStopped) {
      const connection = await this.#server.connection();
      this.#open.set(connection.url.searchParams.get("tab") ?? "", connection);
      if (this.#turn) this.#offer(connection);
      connection.identity("x", "scripted");
      void this.#hear(connection);
    }
  }

  async #hear(connection: ScriptedConnection): Promise<void> {
    for (let index = 0; ; index++) {
      const frame = await connection.frame(index);
      const { type, id, probeId } = frame;
      if (type === ChatMessageType.CF_AGENT_USE_CHAT_REQUEST) {
        const { messages } = JSON.parse((frame.init as { body: string }).body) as {
          messages: UIMessage[];
        };
        void this.#answer(connection, String(id), messages);
      } else if (type === ChatMessageType.CF_AGENT_STREAM_RESUME_REQUEST) {
        if (this.#turn) this.#offer(connection, String(probeId));
        else {
          const none = ChatMessageType.CF_AGENT_STREAM_RESUME_NONE;
          connection.send({ type: none, reason: "idle", probeId });
        }
      } else if (type === ChatMessageType.CF_AGENT_STREAM_RESUME_ACK) {
        this.#replay(connection, String(id));
      }
    }
  }

  #offer(connection: ScriptedConnection, probeId?: string): void {
    if (!this.#turn) return;
    this.#offered.add(connection);
    connection.send(resumingFrame(this.#turn.id, probeId));
  }

  #replay(connection: ScriptedConnection, id: string): void {
    const replay = true as const;
    this.#offered.delete(connection);
    const turn = this.#turn;
    if (turn?.id !== id) {
      connection.send(responseFrame({ id, body: "", done: true, replay }));
      return;
    }
    for (const [seq, body] of turn.bodies.entries()) {
      connection.send(this.#frame(id, body, seq, replay));
    }
    connection.send(responseFrame({ id, body: "", done: false, replay, replayComplete: true }));
  }

  #frame(id: string, body: string, seq: number, replay?: true): string {
    const number = this.#isNumbered ? { seq } : {};
    return responseFrame({ id, body, done: false, replay, ...number });
  }

  async #answer(asker: ScriptedConnection, id: string, messages: UIMessage[]): Promise<void> {
    this.messages = messages;
    this.#tell(messagesFrame(messages), asker);
    const messageId = `answer-${++this.#answers}`;
    const chunks = [
      { type: "start", messageId },
      { type: "text-start", id: "t" },
      ...this.words.map((delta) => ({ type: "text-delta", id: "t", delta })),
      { type: "text-end", id: "t" },
      { type: "finish" },
    ];
    const turn: Turn = { id, bodies: [], messageIds: messages.slice(-1).map((each) => each.id) };
    this.#turn = turn;
    const late = new Map<ScriptedConnection, string>();
    for (const [at, chunk] of chunks.entries()) {
      await tick();
      const frame = this.#frame(id, JSON.stringify(chunk), at);
      const held = new Map(late);
      late.clear();
      for (const fault of this.faults.filter((each) => each.at === at))
        this.#fail(fault, turn, late);
      turn.bodies.push(JSON.stringify(chunk));
      for (const connection of this.#open.values()) {
        if (this.#offered.has(connection)) continue;
        if (late.has(connection) && at < chunks.length - 1) late.set(connection, frame);
        else connection.send(frame);
        const before = held.get(connection);
        if (before) connection.send(before);
      }
    }
    const part = { type: "text", text: this.words.join(""), state: "done" } as const;
    this.messages = [...messages, { id: messageId, role: "assistant", parts: [part] }];
    this.#turn = null;
    this.#tell(messagesFrame(this.messages), asker);
    const end = responseFrame({ id, body: "", done: true, messageIds: turn.messageIds });
    for (const connection of this.#open.values()) {
      if (!this.#offered.has(connection)) connection.send(end);
    }
    this.#offered.clear();
  }

  #fail({ at, how, tab }: Fault, turn: Turn, late: Map<ScriptedConnection, string>): void {
    const connection = this.#open.get(String(tab));
    if (!connection) return;
    if (how === "cut") {
      this.#open.delete(String(tab));
      connection.terminate();
    }
    if (how === "offer") this.#offer(connection);
    if (this.#offered.has(connection)) return;
    // Without numbers a chunk that comes twice cannot be told from two that are alike.
    if (!this.#isNumbered) return;
    const last = turn.bodies.at(-1);
    if (how === "twice" && last !== undefined) connection.send(this.#frame(turn.id, last, at - 1));
    if (how === "late") late.set(connection, "");
  }

  #tell(frame: string, but: ScriptedConnection): void {
    for (const connection of this.#open.values()) {
      if (connection !== but && !this.#offered.has(connection)) connection.send(frame);
    }
  }
}
