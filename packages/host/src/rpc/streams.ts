import { Readable } from "node:stream";
import { rpcErrors } from "../contract-errors.ts";
import { bytesOf } from "../http/bytes.ts";
import { brandClass, brands } from "./brands.ts";
import type { Hook } from "./hook.ts";
import type { Held, StubScope } from "./scope.ts";

/** A chunk crosses in pieces of at most so many bytes. */
const MAX_CHUNK_BYTES = 4 * 1024 * 1024;

/** A stream that arrived: it ends with the invocation that holds it. */
export interface ReceivedStream extends Held {
  readonly stream: object;
  /** Says who holds it from now on. */
  adopt(scope: StubScope | undefined): void;
}

/**
 * A readable stream as it is lent out: each read is a call, so the reader's pace is the writer's, and
 * what is read passes the gates of both sides.
 */
export class ReadableSource {
  readonly #reader: ReadableStreamDefaultReader<unknown>;
  #rest: Uint8Array | undefined;
  #isOver = false;

  /** @throws TypeError when somebody reads the stream already, or has read from it */
  constructor(stream: ReadableStream<unknown>) {
    if (stream.locked) throw rpcErrors.readableLocked();
    if (Readable.isDisturbed(stream as unknown as Readable)) throw rpcErrors.readableDisturbed();
    this.#reader = stream.getReader();
  }

  /** The next bytes; `undefined` at the end. */
  async read(): Promise<Uint8Array | undefined> {
    let bytes = this.#rest;
    this.#rest = undefined;
    while (bytes === undefined || bytes.byteLength === 0) {
      const { value, done } = await this.#reader.read();
      if (done) {
        this.#isOver = true;
        return undefined;
      }
      bytes = bytesOf(value);
    }
    if (bytes.byteLength > MAX_CHUNK_BYTES) {
      this.#rest = bytes.subarray(MAX_CHUNK_BYTES);
      bytes = bytes.subarray(0, MAX_CHUNK_BYTES);
    }
    return bytes;
  }

  async cancel(reason: unknown): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#reader.cancel(reason);
  }

  /** The other side has gone before the end. */
  [Symbol.dispose](): void {
    this.cancel(rpcErrors.connectionLost()).catch(nothing);
  }
}
brandClass(ReadableSource, brands.rpcTarget);

/** A writable stream as it is lent out. */
export class WritableSink {
  readonly #writer: WritableStreamDefaultWriter<unknown>;
  #isOver = false;

  /** @throws TypeError when somebody writes to the stream already */
  constructor(stream: WritableStream<unknown>) {
    if (stream.locked) throw rpcErrors.writableLocked();
    this.#writer = stream.getWriter();
    // Each write tells of it.
    this.#writer.closed.catch(nothing);
  }

  async write(chunk: unknown): Promise<void> {
    const bytes = bytesOf(chunk);
    await this.#writer.ready;
    await this.#writer.write(bytes);
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#writer.close();
  }

  /** The other side has gone, or has given up, before the end. */
  [Symbol.dispose](): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#writer.abort(rpcErrors.writableLost()).catch(nothing);
  }
}
brandClass(WritableSink, brands.rpcTarget);

/** The receiver's end of a readable stream: a stream of bytes that asks for one piece at a time. */
export function receiveReadable(hook: Hook): ReceivedStream {
  const end = new StreamEnd(hook);
  const stream = new ReadableStream(
    {
      type: "bytes",
      async pull(controller: ReadableByteStreamController) {
        const chunk = await end.read();
        if (chunk !== undefined) {
          controller.enqueue(chunk as Uint8Array<ArrayBuffer>);
          return;
        }
        controller.close();
        controller.byobRequest?.respond(0);
      },
      cancel: (reason: unknown) => end.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return end.received(stream);
}

/** The receiver's end of a writable stream. */
export function receiveWritable(hook: Hook): ReceivedStream {
  const end = new StreamEnd(hook);
  const stream = new WritableStream<unknown>({
    async write(chunk) {
      await local(hook.call(["write"], [bytesOf(chunk)]));
    },
    async close() {
      try {
        await local(hook.call(["close"], []));
      } finally {
        end.dispose();
      }
    },
    abort: () => end.dispose(),
  });
  return end.received(stream);
}

/** What both kinds of received streams share: the hook, and who holds it. */
class StreamEnd {
  readonly #hook: Hook;
  #scope: StubScope | undefined;

  constructor(hook: Hook) {
    this.#hook = hook;
  }

  received(stream: object): ReceivedStream {
    return {
      stream,
      dispose: () => this.dispose(),
      adopt: (scope) => {
        this.#scope = scope;
        scope?.add(this);
      },
    };
  }

  /** @throws Error when the other side failed, or has gone */
  async read(): Promise<Uint8Array | undefined> {
    try {
      const chunk = await this.#hook.call(["read"], []);
      if (chunk === undefined) this.dispose();
      return chunk as Uint8Array | undefined;
    } catch (error) {
      this.dispose();
      const lost = rpcErrors.readableLost(error);
      // A stream that came over several ways says only once that it broke.
      throw error instanceof Error && error.message === lost.message
        ? rpcErrors.readableLost(error.cause)
        : lost;
    }
  }

  async cancel(reason: unknown): Promise<void> {
    const told = this.#hook.call(["cancel"], [reason]);
    this.dispose();
    // A reason that cannot cross cancels as well.
    await told.catch(nothing);
  }

  dispose(): void {
    this.#scope?.delete(this);
    this.#hook.dispose();
  }
}

/** What a stream failed with looks the same on both sides. */
function local<T>(reply: Promise<T>): Promise<T> {
  return reply.catch((error: unknown) => {
    if (typeof error === "object" && error !== null) Reflect.deleteProperty(error, "remote");
    throw error;
  });
}

function nothing(): undefined {
  return undefined;
}
