import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CapnWebSocket } from "./capnweb-socket.ts";
import { NativeCallQueue, nativeCall } from "./native-calls.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Stands for a connection; only `invoke` is asked of it. */
function socket(invoke: (method: string, args: unknown[]) => unknown): CapnWebSocket {
  return { invoke: async (method: string, args: unknown[]) => invoke(method, args) } as never;
}

const never = socket(() => new Promise(() => undefined));

function streamOf(...chunks: unknown[]): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

function callbacks() {
  return { onChunk: vi.fn(), onDone: vi.fn(), onError: vi.fn() };
}

describe("a native call", () => {
  it("gives the result as it comes, also to one that has callbacks", async () => {
    const stream = callbacks();
    const add = socket((_method, [a, b]) => (a as number) + (b as number));
    expect(await nativeCall(add, "add", [1, 2], undefined, 1000)).toBe(3);
    expect(await nativeCall(add, "add", [1, 2], { stream }, 1000)).toBe(3);
    expect(stream.onDone).not.toHaveBeenCalled();
  });

  it("drains a stream into the callbacks, and hands it over where there are none", async () => {
    const stream = callbacks();
    const count = socket(() => streamOf(1, 2));
    expect(await nativeCall(count, "count", [], stream, 1000)).toBeUndefined();
    expect(stream.onChunk.mock.calls).toEqual([[1], [2]]);
    expect(stream.onDone).toHaveBeenCalledExactlyOnceWith(undefined);
    expect(await nativeCall(count, "count", [], undefined, 1000)).toBeInstanceOf(ReadableStream);
  });

  it("fails as the method fails, at once or in mid-stream", async () => {
    const stream = callbacks();
    const fails = socket(() => {
      throw new Error("boom");
    });
    await expect(nativeCall(fails, "m", [], { stream }, 1000)).rejects.toThrow("boom");
    expect(stream.onError).toHaveBeenCalledExactlyOnceWith("boom");
    const breaks = socket(
      () =>
        new ReadableStream({
          pull(controller) {
            controller.error(new Error("in the middle"));
          },
        }),
    );
    await expect(nativeCall(breaks, "m", [], { stream }, 1000)).rejects.toThrow("in the middle");
    expect(stream.onDone).not.toHaveBeenCalled();
  });

  it("times out once, as an error and nothing else, and lets the stream go", async () => {
    const stream = callbacks();
    const cancel = vi.fn();
    const endless = socket(
      () => new ReadableStream({ start: (controller) => controller.enqueue(1), cancel }),
    );
    const call = nativeCall(endless, "watch", [], { stream, timeout: 20 }, 1000);
    const failed = expect(call).rejects.toMatchObject({
      message: "RPC call to watch timed out after 20ms",
      code: "call_timed_out",
      transmitted: true,
    });
    await vi.advanceTimersByTimeAsync(20);
    await failed;
    expect(stream.onChunk).toHaveBeenCalledExactlyOnceWith(1);
    expect(stream.onDone).not.toHaveBeenCalled();
    expect(stream.onError).toHaveBeenCalledOnce();
    expect(cancel).toHaveBeenCalledOnce();
  });

  it("has no limit when it streams, or when 0 is asked for", async () => {
    void nativeCall(never, "m", [], { stream: {} }, 20);
    void nativeCall(never, "m", [], { timeout: 0 }, 20);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("lets go of a result that comes too late", async () => {
    const late = Promise.withResolvers<unknown>();
    const dispose = vi.fn();
    const call = nativeCall(
      socket(() => late.promise),
      "m",
      [],
      { timeout: 5 },
      1000,
    );
    const failed = expect(call).rejects.toThrow("timed out after 5ms");
    await vi.advanceTimersByTimeAsync(5);
    await failed;
    late.resolve({ [Symbol.dispose]: dispose });
    await vi.advanceTimersByTimeAsync(0);
    expect(dispose).toHaveBeenCalledOnce();
  });
});

describe("waiting native calls", () => {
  it("go out in order when a connection opens, their limits counted from the call", async () => {
    const queue = new NativeCallQueue();
    const called: string[] = [];
    const open = socket((method) => {
      called.push(method);
      return method === "slow" ? new Promise(() => undefined) : method;
    });
    const first = queue.enqueue("first", [], undefined, 1000);
    const slow = expect(queue.enqueue("slow", [], undefined, 50)).rejects.toMatchObject({
      message: "RPC call to slow timed out after 50ms",
      transmitted: true,
    });
    await vi.advanceTimersByTimeAsync(30);
    queue.flush(open);
    expect(await first).toBe("first");
    await vi.advanceTimersByTimeAsync(20);
    await slow;
    expect(called).toEqual(["first", "slow"]);
  });

  it("are never sent once their time is over", async () => {
    const queue = new NativeCallQueue();
    const invoke = vi.fn();
    const expired = expect(queue.enqueue("m", [], undefined, 10)).rejects.toMatchObject({
      code: "call_timed_out",
      transmitted: false,
    });
    await vi.advanceTimersByTimeAsync(10);
    await expired;
    queue.flush(socket(invoke));
    expect(invoke).not.toHaveBeenCalled();
  });

  it("end with a reason when there will be no connection", async () => {
    const queue = new NativeCallQueue();
    const stream = callbacks();
    const cause = new Error("no entry");
    const lost = expect(queue.enqueue("m", [], { stream }, 10)).rejects.toMatchObject({
      message: "Connection closed",
      code: "connection_lost",
      transmitted: false,
      cause,
    });
    queue.rejectAll("Connection closed", cause);
    await lost;
    expect(stream.onError).toHaveBeenCalledExactlyOnceWith("Connection closed");
    expect(vi.getTimerCount()).toBe(0);
  });
});
