import { WebSocket } from "ws";
import type { Context } from "./scenario.ts";
import { WarmUp } from "./warm-up.ts";

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A frame from an agent; only the fields that load needs. */
export interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly success?: boolean;
  readonly done?: boolean;
  readonly result?: unknown;
  readonly error?: string;
  readonly due?: number;
}

/**
 * One WebSocket to `/agents/<class>/<name>`: sends `{type:"rpc",id,method,args}` and reads
 * `{type:"rpc",id,success,result,done?}`. Other frames go to `onOther`.
 */
export class AgentConnection {
  readonly #url: string;
  readonly #deflate: boolean;
  readonly #pending = new Map<string, Pending>();
  readonly #onOther: ((frame: Frame) => void) | undefined;
  #sequence = 0;
  #socket: WebSocket | undefined;
  /** When set, takes every message unparsed. */
  raw: ((data: Buffer) => void) | undefined;

  constructor(
    context: Pick<Context, "url" | "agent" | "deflate">,
    name: string,
    onOther?: (frame: Frame) => void,
  ) {
    this.#url = `${context.url.replace(/^http/, "ws")}/agents/${context.agent}/${name}`;
    this.#deflate = context.deflate;
    this.#onOther = onOther;
  }

  open(): Promise<this> {
    return new Promise((resolve, reject) => {
      const options = { perMessageDeflate: this.#deflate, skipUTF8Validation: true };
      const socket = new WebSocket(this.#url, options);
      socket.on("open", () => resolve(this));
      socket.on("error", (error) => {
        reject(error);
        this.#fail(error);
      });
      socket.on("close", () => this.#fail(new Error("the WebSocket was closed")));
      socket.on("message", (data: Buffer) => this.#feed(data));
      this.#socket = socket;
    });
  }

  call(method: string, ...args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = String(++this.#sequence);
      this.#pending.set(id, { resolve, reject });
      this.#socket?.send(JSON.stringify({ type: "rpc", id, method, args }));
    });
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  close(): void {
    this.#socket?.terminate();
  }

  #fail(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  #feed(data: Buffer): void {
    if (this.raw) this.raw(data);
    else this.#take(JSON.parse(data.toString()) as Frame);
  }

  #take(frame: Frame): void {
    if (frame.type !== "rpc") {
      this.#onOther?.(frame);
      return;
    }
    const pending = this.#pending.get(frame.id ?? "");
    if (pending === undefined) return;
    if (frame.success && frame.done === false) return;
    this.#pending.delete(frame.id ?? "");
    if (frame.success) pending.resolve(frame.result);
    else pending.reject(new Error(frame.error));
  }
}

/** Opens one connection for each name, `width` at a time. */
export async function openAll(
  context: Context,
  names: readonly string[],
  width = 50,
): Promise<AgentConnection[]> {
  const connections: AgentConnection[] = new Array(names.length);
  const queue = names.entries();
  const worker = async () => {
    for (const [index, name] of queue) {
      connections[index] = await new AgentConnection(context, name).open();
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, names.length) }, worker));
  return connections;
}

export interface Drive {
  readonly seconds: number;
  /** Calls in flight on each connection. */
  readonly depth: number;
  readonly method: string;
  readonly args?: readonly unknown[];
}

/**
 * Keeps `depth` calls in flight on each connection: first until the server is warm ({@link WarmUp}), then
 * for `seconds`. `onMeasuring` is called between the two. Returns the latencies of the second part.
 */
export async function drive(
  connections: readonly AgentConnection[],
  { seconds, depth, method, args = [] }: Drive,
  onMeasuring: () => void,
): Promise<{ latencies: number[]; milliseconds: number }> {
  const latencies: number[] = [];
  const warmUp = new WarmUp(performance.now());
  let from = Number.POSITIVE_INFINITY;
  let until = Number.POSITIVE_INFINITY;
  const warm = (now: number) => {
    if (!warmUp.isOver(now)) return;
    from = now;
    until = now + seconds * 1000;
    onMeasuring();
  };
  const loop = async (connection: AgentConnection) => {
    for (;;) {
      const start = performance.now();
      if (start >= until) return;
      await connection.call(method, ...args);
      const end = performance.now();
      if (start >= from && end <= until) latencies.push(end - start);
      else if (until === Number.POSITIVE_INFINITY) warm(end);
    }
  };
  const lanes = connections.flatMap((it) => Array.from({ length: depth }, () => loop(it)));
  await Promise.all(lanes);
  return { latencies, milliseconds: seconds * 1000 };
}
