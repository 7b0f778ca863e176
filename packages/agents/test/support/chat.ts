import type { UIMessage } from "ai";
import { TestSocket } from "./socket.ts";

export type Frame = Record<string, unknown>;

/** A user's message with one text. */
export function user(id: string, text: string | object): UIMessage {
  const words = typeof text === "string" ? text : JSON.stringify(text);
  return { id, role: "user", parts: [{ type: "text", text: words }] };
}

/** All texts of a message. */
export function textOf(message: UIMessage | undefined): string {
  return (message?.parts ?? []).map((part) => (part.type === "text" ? part.text : "")).join("");
}

/** One open tab that speaks the chat's frames by hand. */
export class ChatTab {
  readonly socket: TestSocket;
  readonly frames: Frame[] = [];

  private constructor(socket: TestSocket) {
    this.socket = socket;
  }

  static async open(url: string): Promise<ChatTab> {
    return new ChatTab(await TestSocket.open(url));
  }

  send(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }

  ask(id: string, messages: UIMessage[], trigger = "submit-message", more: object = {}): void {
    const body = JSON.stringify({ messages, trigger, ...more });
    this.send({ type: "cf_agent_use_chat_request", id, init: { method: "POST", body } });
  }

  async call(method: string, ...args: unknown[]): Promise<unknown> {
    const id = crypto.randomUUID();
    this.send({ type: "rpc", id, method, args });
    const answer = await this.until((frame) => frame.type === "rpc" && frame.id === id);
    if (answer.success !== true) throw new Error(String(answer.error));
    return answer.result;
  }

  /** Reads frames until one fits, and gives it. All frames read are kept in `frames`. */
  async until(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const [message] = await this.socket.take(1);
      const frame = message as Frame;
      this.frames.push(frame);
      if (fits(frame)) return frame;
    }
  }

  /** Reads on in the background; what comes is added to the array that is given. */
  follow(): readonly Frame[] {
    const frames: Frame[] = [];
    const read = async () => {
      for (;;) frames.push(((await this.socket.take(1)) as [Frame])[0]);
    };
    void read();
    return frames;
  }

  /** Reads on to the end of a request. */
  done(id: string): Promise<Frame> {
    return this.until((frame) => frame.id === id && frame.done === true);
  }

  /** Reads on to the chunk that holds `text`. */
  chunk(text: string): Promise<Frame> {
    return this.until((frame) => typeof frame.body === "string" && frame.body.includes(text));
  }

  /** Reads on until the deltas of the answers so far come to `text`. */
  async said(text: string): Promise<void> {
    const deltas = () =>
      this.frames.map(({ body, done }) => {
        if (done !== false || typeof body !== "string" || !body.startsWith("{")) return "";
        return String((JSON.parse(body) as Frame).delta ?? "");
      });
    await this.until(() => deltas().join("").endsWith(text));
  }

  /** Frames of the chat so far: without identity, state and calls. */
  chat(): Frame[] {
    return this.frames.filter(({ type }) => {
      const kind = String(type);
      return /^cf_agent_(chat|use_chat|stream)/.test(kind);
    });
  }

  /** The chunks seen of a request, parsed. */
  chunks(id: string): Frame[] {
    const seen = this.frames.filter((frame) => frame.id === id && frame.done === false);
    return seen.flatMap(({ body, error }) =>
      body && !error ? [JSON.parse(String(body)) as Frame] : [],
    );
  }
}
