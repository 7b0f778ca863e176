import type { IncomingMessage } from "node:http";
import { ReadableStream, type UnderlyingByteSource } from "node:stream/web";
import { httpErrors } from "../contract-errors.ts";
import { FreeholdError } from "../errors.ts";

/** The body of a request from outside, read from the connection as somebody asks for it. */
export class InboundBody {
  readonly #incoming: IncomingMessage;
  readonly #limit: number;
  #received = 0;
  #used = false;
  /** More arrived than is allowed: the front end answers 413. */
  tooLarge = false;
  /** Whoever reads it; nobody once all of it has come. */
  #fail: ((error: Error) => void) | undefined;
  #isAnswered = false;

  constructor(incoming: IncomingMessage, limitBytes: number) {
    this.#incoming = incoming;
    this.#limit = limitBytes;
  }

  get used(): boolean {
    return this.#used;
  }

  /** The whole body. */
  bytes(): Promise<Buffer> {
    this.#use();
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      this.#read({
        chunk: (chunk) => chunks.push(chunk),
        end: () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)),
        fail: reject,
      });
    });
  }

  /** The body as it arrives; the client is held back while nobody reads. */
  stream(): globalThis.ReadableStream<Uint8Array> {
    this.#use();
    const incoming = this.#incoming;
    let cancelled = false;
    const source: UnderlyingByteSource = {
      type: "bytes",
      start: (controller) => {
        this.#read({
          chunk: (chunk) => {
            if (cancelled) return;
            controller.enqueue(new Uint8Array(chunk));
            if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
          },
          end: () => {
            if (cancelled) return;
            controller.close();
            controller.byobRequest?.respond(0);
          },
          fail: (error) => controller.error(error),
        });
        incoming.pause();
      },
      pull: () => {
        incoming.resume();
      },
      cancel: () => {
        cancelled = true;
        incoming.resume();
      },
    };
    return new ReadableStream(source) as globalThis.ReadableStream<Uint8Array>;
  }

  /** The answer is complete. What has not been read by now is for nobody, and holds no client back. */
  answered(): void {
    this.#isAnswered = true;
    this.#fail?.(httpErrors.answered());
    this.#incoming.resume();
  }

  #use(): void {
    if (this.#used) throw httpErrors.bodyUsed();
    this.#used = true;
  }

  #read(to: { chunk(chunk: Buffer): void; end(): void; fail(error: Error): void }): void {
    const incoming = this.#incoming;
    if (this.#isAnswered) {
      to.fail(httpErrors.answered());
      return;
    }
    if (incoming.destroyed && !incoming.complete) {
      to.fail(disconnected());
      return;
    }
    const fail = (error: Error) => {
      if (this.#fail === undefined) return;
      this.#fail = undefined;
      to.fail(error);
    };
    this.#fail = fail;
    incoming.on("data", (chunk: Buffer) => {
      if (this.#fail === undefined) return;
      this.#received += chunk.length;
      if (this.#received <= this.#limit) {
        to.chunk(chunk);
        return;
      }
      this.tooLarge = true;
      fail(bodyTooLarge(this.#limit));
    });
    incoming.once("end", () => {
      if (this.#fail === undefined) return;
      this.#fail = undefined;
      to.end();
    });
    incoming.once("error", () => fail(disconnected()));
  }
}

/** A body past the limit of the host. */
export function bodyTooLarge(limitBytes: number): FreeholdError {
  return new FreeholdError(
    "BODY_TOO_LARGE",
    `The request body is larger than ${limitBytes} bytes.`,
    { help: "Send less, or raise the body limit of the host." },
  );
}

function disconnected(): Error {
  return new Error("Client disconnected.");
}
