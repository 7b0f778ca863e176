import { RpcTarget } from "../../modules/workers.ts";

class CodedError extends Error {
  override readonly name = "CodedError";
  readonly code = 42;
  readonly nested = { a: [1, 2] };
}

/** For tests: something that tells of its end. */
export class Counter extends RpcTarget {
  count = 0;
  readonly #onEnd: () => void;

  constructor(onEnd: () => void) {
    super();
    this.#onEnd = onEnd;
  }

  increment(): number {
    this.count += 1;
    return this.count;
  }

  [Symbol.dispose](): void {
    this.#onEnd();
  }
}

/** For tests: a target with a method for everything that a transport must carry. */
export class TransportTarget extends RpcTarget {
  ended = 0;
  pulls = 0;
  cancelled: unknown;
  readonly order: number[] = [];
  #kept: ((value: unknown) => Promise<unknown>) | undefined;

  get getter(): object {
    return { deep: { x: 5, f: () => 9 } };
  }

  echo(...values: unknown[]): unknown {
    return values.length === 1 ? values[0] : values;
  }

  count(...values: unknown[]): number {
    return values.length;
  }

  fail(kind: string): never {
    switch (kind) {
      case "coded":
        throw new CodedError("boom");
      case "cause":
        throw new TypeError("outer", { cause: new RangeError("inner") });
      case "aggregate":
        throw new AggregateError([new Error("one"), new TypeError("two")], "both");
      case "exception":
        throw new DOMException("dd", "AbortError");
      case "object":
        throw { a: 1 };
      default:
        throw "plain";
    }
  }

  instance(): object {
    return new (class Foo {})();
  }

  counter(): Counter {
    return new Counter(() => {
      this.ended += 1;
    });
  }

  parts(): object {
    return { bar: { baz: () => 7 }, n: 1, list: [this.counter()] };
  }

  endings(): number {
    return this.ended;
  }

  async callBack(callback: (value: number) => Promise<unknown>): Promise<unknown> {
    return await callback(5);
  }

  keep(callback: { dup(): (value: unknown) => Promise<unknown> }, duplicates: boolean): void {
    this.#kept = duplicates
      ? callback.dup()
      : (callback as unknown as (value: unknown) => Promise<unknown>);
  }

  async useKept(value: unknown): Promise<unknown> {
    return await this.#kept?.(value);
  }

  letGo(): void {
    (this.#kept as unknown as Disposable)[Symbol.dispose]();
    this.#kept = undefined;
  }

  note(value: number): number[] {
    this.order.push(value);
    return this.order;
  }

  numbers(): ReadableStream {
    let next = 0;
    return new ReadableStream({
      type: "bytes",
      pull: (controller: ReadableByteStreamController) => {
        this.pulls += 1;
        next += 1;
        controller.enqueue(new Uint8Array([next]));
      },
      cancel: (reason: unknown) => {
        this.cancelled = reason;
      },
    });
  }

  pulled(): unknown[] {
    return [this.pulls, this.cancelled];
  }

  brokenStream(): ReadableStream {
    let isFirst = true;
    return new ReadableStream({
      pull(controller) {
        if (!isFirst) throw new TypeError("no more");
        isFirst = false;
        controller.enqueue(new Uint8Array([65]));
      },
    });
  }

  text(body: ReadableStream | Request | Response): Promise<string> {
    return body instanceof ReadableStream ? new Response(body).text() : body.text();
  }

  async write(stream: WritableStream, words: string[]): Promise<void> {
    const writer = stream.getWriter();
    for (const word of words) await writer.write(word);
    await writer.close();
  }

  async writeUntilRefused(stream: WritableStream): Promise<string> {
    const writer = stream.getWriter();
    for (let count = 0; count < 100; count++) {
      try {
        await writer.write(new Uint8Array(1));
      } catch (error) {
        return `${count} ${String(error)}`;
      }
    }
    return "never";
  }

  describe(request: Request): unknown[] {
    return [
      request.method,
      request.url,
      request.redirect,
      [...request.headers],
      Reflect.get(request, "cf"),
    ];
  }

  respond(): Response {
    return new Response("héllo", { status: 201, statusText: "Made", headers: { a: "b" } });
  }

  async relay(response: Response): Promise<Response> {
    return new Response(response.body, { status: response.status + 1, headers: response.headers });
  }
}
