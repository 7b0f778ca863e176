import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TestClock } from "../../test/support/fakes.ts";
import { systemClock } from "../clock.ts";
import { readReply } from "./reply-chunks.ts";
import { endSse, readSse, SSE_START } from "./sse.ts";

function readAll(pieces: readonly string[]): string[] {
  let state = SSE_START;
  const events: string[] = [];
  for (const piece of pieces) {
    const [next, complete] = readSse(state, piece);
    state = next;
    events.push(...complete);
  }
  return [...events, ...endSse(state)];
}

/** Cuts a text or bytes at the given places. */
function cut<T extends string | Uint8Array>(whole: T, places: readonly number[]): T[] {
  const at = [...new Set(places.map((place) => place % (whole.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => whole.slice(from, at[index] ?? whole.length) as T);
}

const places = fc.array(fc.nat(2000), { maxLength: 40 });
const lineEnd = fc.constantFrom("\n", "\r\n", "\r");

describe("readSse", () => {
  it("gives the same events however the text is cut", () => {
    const line = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 8 }).map((text) => `data: ${text}`),
      fc.constantFrom("", "data:", "data", ": comment", "event: x", "id: 1", "data:{}", "nonsense"),
    );
    const text = fc
      .array(fc.tuple(line, lineEnd), { maxLength: 20 })
      .map((lines) => lines.map(([words, end]) => words.replace(/[\r\n]/g, "") + end).join(""));
    fc.assert(
      fc.property(text, places, (whole, where) => {
        expect(readAll(cut(whole, where))).toEqual(readAll([whole]));
      }),
    );
  });

  it("joins data lines, needs no space, and takes a last event without its blank line", () => {
    expect(readAll(["data:a\ndata: b\n\n:c\nevent: x\ndata:  d\r\r", "data: e"])).toEqual([
      "a\nb",
      " d",
      "e",
    ]);
  });
});

describe("readReply", () => {
  const collect = async (response: Response) => {
    const batches = await Array.fromAsync(
      readReply(response, optionsWith(new AbortController().signal)),
    );
    return batches.flat().map(({ chunk }) => chunk);
  };
  const optionsWith = (signal: AbortSignal, stallMs = 0) => {
    return { signal, stallMs, clock: systemClock, plain: { messageId: "m", textId: "t" } };
  };
  const streamOf = (pieces: readonly Uint8Array[]) =>
    new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(Uint8Array.from(piece));
        controller.close();
      },
    });
  const words = fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }), {
    maxLength: 12,
  });

  it("loses no chunk, and no part of a character, however the bytes are cut", async () => {
    await fc.assert(
      fc.asyncProperty(words, lineEnd, places, async (deltas, end, where) => {
        const chunks = deltas.map((delta) => ({ type: "text-delta", id: "t", delta }));
        const text = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}${end}${end}`).join("");
        const body = streamOf(
          cut(new TextEncoder().encode(`${text}data: [DONE]${end}${end}`), where),
        );
        const response = new Response(body, {
          headers: { "content-type": "text/event-stream; charset=utf-8" },
        });
        expect(await collect(response)).toEqual(chunks);
      }),
    );
  });

  it("wraps plain text so that its deltas are the text", async () => {
    await fc.assert(
      fc.asyncProperty(words, places, async (texts, where) => {
        const text = texts.join("");
        const chunks = await collect(
          new Response(streamOf(cut(new TextEncoder().encode(text), where))),
        );
        const deltas = chunks.flatMap((chunk) =>
          chunk.type === "text-delta" ? [chunk.delta] : [],
        );
        expect(deltas.join("")).toBe(text);
        const types = chunks.map((chunk) => chunk.type).filter((type) => type !== "text-delta");
        expect(types).toEqual(["start", "text-start", "text-end", "finish"]);
      }),
    );
  });

  it("skips what is no chunk", async () => {
    const text =
      'data: {"type":1}\n\ndata: null\n\ndata: [1]\n\ndata: {\n\ndata: {"type":"finish"}\n\n';
    const headers = { "content-type": "text/event-stream" };
    expect(await collect(new Response(text, { headers }))).toEqual([{ type: "finish" }]);
  });

  it("ends at once when aborted, and tells the producer", async () => {
    const cancelled = Promise.withResolvers<unknown>();
    const body = new ReadableStream({ cancel: (reason) => cancelled.resolve(reason) });
    const controller = new AbortController();
    const chunks = readReply(new Response(body), optionsWith(controller.signal));
    await chunks.next();
    const last = chunks.next();
    controller.abort("enough");
    expect(await last).toEqual({ done: true, value: undefined });
    expect(await cancelled.promise).toBe("enough");
  });

  it("gives what comes at once together, and what comes later by itself", async () => {
    const event = (delta: string) =>
      new TextEncoder().encode(
        `data: ${JSON.stringify({ type: "text-delta", id: "t", delta })}\n\n`,
      );
    const gate = Promise.withResolvers<void>();
    const pieces = [event("a"), event("b"), gate.promise, event("c")].values();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        let next = pieces.next();
        if (next.value instanceof Promise) {
          await next.value;
          next = pieces.next();
        }
        if (next.done) controller.close();
        else controller.enqueue(next.value as Uint8Array);
      },
    });
    const response = new Response(body, { headers: { "content-type": "text/event-stream" } });
    const batches = readReply(response, optionsWith(new AbortController().signal));
    expect((await batches.next()).value).toHaveLength(2);
    gate.resolve();
    expect((await batches.next()).value).toHaveLength(1);
    expect((await batches.next()).done).toBe(true);
  });

  it("gives what came before a failure, and then fails", async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('data: {"type":"finish"}\n\n'));
      },
      pull: (controller) => controller.error(new Error("cut")),
    });
    const response = new Response(body, { headers: { "content-type": "text/event-stream" } });
    const batches = readReply(response, optionsWith(new AbortController().signal));
    expect((await batches.next()).value).toHaveLength(1);
    await expect(batches.next()).rejects.toThrow("cut");
  });

  it("does not take for silence what has come and waits", async () => {
    const clock = new TestClock();
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const say = (type: string) =>
      void writer.write(new TextEncoder().encode(`data: {"type":"${type}"}\n\n`));
    const response = new Response(readable, { headers: { "content-type": "text/event-stream" } });
    const options = { ...optionsWith(new AbortController().signal, 5000), clock };
    const batches = readReply(response, options);
    say("start");
    expect((await batches.next()).value).toHaveLength(1);
    say("finish");
    await new Promise((resolve) => setImmediate(resolve));
    // Whoever takes the chunks is slow.
    clock.advance(9000);
    void writer.close();
    expect((await batches.next()).value).toHaveLength(1);
    expect((await batches.next()).done).toBe(true);
  });

  it("fails when nothing comes for too long", async () => {
    const clock = new TestClock();
    const response = new Response(new ReadableStream(), {
      headers: { "content-type": "text/event-stream" },
    });
    const options = { ...optionsWith(new AbortController().signal, 5000), clock };
    const read = readReply(response, options).next();
    const failed = expect(read).rejects.toMatchObject({ name: "ChatStreamStalledError" });
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(5000);
    await failed;
  });
});
