import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as realTime } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { invocation } from "../context.ts";
import { type CompatibilityFlags, compatibilityFlags } from "./compatibility.ts";
import { EventSource } from "./event-source.ts";
import { installGlobals, showFlags } from "./install.ts";
import { FixedLengthStream, IdentityTransformStream } from "./streams.ts";

installGlobals();

/** The global names that Node's types do not have. */
interface Scope extends EventTarget {
  readonly self: unknown;
  readonly reportError: (...errors: unknown[]) => void;
  readonly scheduler: { wait(ms: number, options?: { signal?: AbortSignal }): Promise<void> };
  readonly caches: CacheStorage & { readonly default: Cache };
}
interface Cache {
  put(key: string | Request, response: Response): Promise<void>;
  match(key: string | Request): Promise<Response | undefined>;
  delete(key: string): Promise<boolean>;
  add(key: string): Promise<void>;
}
interface CacheStorage {
  open(name: string): Promise<Cache>;
  has(name: string): Promise<boolean>;
}
const scope = globalThis as unknown as Scope;
const { scheduler, caches } = scope;

const bytes = (text: string) => new TextEncoder().encode(text);
const uncaught: unknown[] = [];
const inside = <T>(work: () => T): T =>
  invocation.run(
    { env: {}, exports: {}, waitUntil: () => undefined, uncaught: (error) => uncaught.push(error) },
    work,
  );

afterEach(() => uncaught.splice(0));

describe("the global scope", () => {
  test("is an event target inside of events, and not outside", () => {
    expect([scope.self, scope.addEventListener]).toEqual([undefined, undefined]);
    inside(() => {
      expect(scope.self).toBe(globalThis);
      const heard: string[] = [];
      const listener = (event: Event) => heard.push(event.type);
      scope.addEventListener("thing", listener);
      scope.dispatchEvent(new Event("thing"));
      scope.removeEventListener("thing", listener);
      scope.dispatchEvent(new Event("thing"));
      expect(heard).toEqual(["thing"]);
    });
  });

  test("hears of reported errors; those that nobody prevents are logged", () => {
    inside(() => {
      const heard: unknown[] = [];
      const listener = (event: Event) => {
        const { message, error } = event as Event & { message: string; error: unknown };
        heard.push([message, error]);
        if (message.includes("prevented")) event.preventDefault();
      };
      scope.addEventListener("error", listener);
      const [first, second] = [new Error("plain"), new Error("prevented")];
      scope.reportError(first);
      scope.reportError(second);
      scope.removeEventListener("error", listener);
      expect(heard).toEqual([
        ["Uncaught Error: plain", first],
        ["Uncaught Error: prevented", second],
      ]);
      expect(uncaught).toEqual([first]);
      expect(() => Reflect.apply(scope.reportError, undefined, [])).toThrow(TypeError);
    });
  });

  test("tells the flags of the Worker", () => {
    const shown = () =>
      (Reflect.get(scope, "Cloudflare") as { compatibilityFlags: CompatibilityFlags })
        .compatibilityFlags;
    showFlags(compatibilityFlags("2026-03-20", ["nodejs_compat", "delete_all_preserves_alarm"]));
    expect(shown()).toMatchObject({
      enable_ctx_exports: true,
      websocket_standard_binary_type: true,
      web_socket_auto_reply_to_close: false,
      delete_all_deletes_alarm: false,
    });
    expect(Object.isFrozen(shown())).toBe(true);
    const off = compatibilityFlags("2026-06-11", [
      "no_websocket_standard_binary_type",
      "web_socket_manual_reply_to_close",
      "legacy_error_serialization",
      "__proto__",
    ]);
    expect(off).toMatchObject({
      websocket_standard_binary_type: false,
      web_socket_auto_reply_to_close: false,
      enhanced_error_serialization: false,
    });
  });

  test("clones errors with their properties, from a date on", () => {
    const error = Object.assign(new TypeError("e"), { code: 1, deep: { list: [1] } });
    const cloned = () => inside(() => structuredClone(error));
    showFlags(compatibilityFlags("2026-06-11", []));
    expect(cloned()).toMatchObject({ message: "e", code: 1, deep: { list: [1] } });
    expect(cloned().deep).not.toBe(error.deep);
    showFlags(compatibilityFlags("2026-04-01", []));
    expect(cloned()).not.toHaveProperty("code");
    expect(structuredClone(error)).not.toHaveProperty("code");
  });

  test("waits, unless given up", async () => {
    const wait = (signal?: AbortSignal) => scheduler.wait(1, signal ? { signal } : {});
    await expect(wait()).resolves.toBe(undefined);
    const aborted = { name: "AbortError", message: "The operation was aborted" };
    await expect(wait(AbortSignal.abort())).rejects.toMatchObject(aborted);
    const controller = new AbortController();
    const waiting = wait(controller.signal);
    controller.abort(new Error("mine"));
    await expect(waiting).rejects.toThrow("mine");
  });
});

describe("DigestStream", () => {
  type Digest = WritableStream & { digest: Promise<ArrayBuffer>; bytesWritten: bigint };
  const { DigestStream } = crypto as unknown as { DigestStream: new (name: unknown) => Digest };

  test("gives the digest of what was written", async () => {
    for (const algorithm of ["SHA-256", "sha-256", { name: "SHA-256" }]) {
      const stream = new DigestStream(algorithm);
      const writer = stream.getWriter();
      await writer.write(bytes("ab"));
      await writer.write("c");
      await writer.close();
      expect(Buffer.from(await stream.digest).toString("hex")).toMatch(/^ba7816bf8f01cfea/);
      expect(stream.bytesWritten).toBe(3n);
    }
  });

  test("fails for what it cannot digest", async () => {
    expect(() => new DigestStream("nonsense")).toThrow(
      expect.objectContaining({ name: "NotSupportedError" }),
    );
    const aborted = new DigestStream("MD5");
    await aborted.abort(new Error("stop"));
    await expect(aborted.digest).rejects.toThrow("stop");
    const wrong = new DigestStream("SHA-1");
    await wrong
      .getWriter()
      .write(5)
      .catch(() => undefined);
    await expect(wrong.digest).rejects.toThrow(TypeError);
  });

  test("MD5 is a digest for subtle as well", async () => {
    const digest = await crypto.subtle.digest("MD5", bytes("text"));
    expect(Buffer.from(digest).toString("hex")).toBe("1cb251ec0d568de6a929b520c4aed8d1");
    expect((await crypto.subtle.digest("SHA-256", bytes(""))).byteLength).toBe(32);
  });
});

describe("byte streams", () => {
  const through = async (stream: TransformStream, ...chunks: unknown[]) => {
    const read = new Response(stream.readable as ReadableStream<Uint8Array>).text();
    const writer = stream.writable.getWriter();
    const written = (async () => {
      for (const chunk of chunks) await writer.write(chunk);
      await writer.close();
    })();
    const [text, error] = await Promise.allSettled([read, written]);
    return text.status === "fulfilled" ? text.value : [text.reason.message, error.status];
  };

  test("pass on what they get, and a fixed length is kept", async () => {
    expect(await through(new IdentityTransformStream(), bytes("ab"), "c")).toBe("abc");
    expect(await through(new FixedLengthStream(3n), bytes("abc"))).toBe("abc");
    expect(await through(new FixedLengthStream(4), bytes("abc"))).toEqual([
      "FixedLengthStream did not see all expected bytes before close().",
      "rejected",
    ]);
    expect(await through(new FixedLengthStream(2), bytes("abc"))).toEqual([
      "Attempt to write too many bytes through a FixedLengthStream.",
      "rejected",
    ]);
    expect(await through(new IdentityTransformStream(), 5)).toMatchObject({ 1: "rejected" });
  });

  test.each([[[]], [[-1]], [["x"]], [[1.5]], [[2 ** 60]]])("no length is %j", (parameters) => {
    expect(() => Reflect.construct(FixedLengthStream, parameters)).toThrow(TypeError);
  });

  test("a write is done when its bytes are read", async () => {
    const { readable, writable } = new IdentityTransformStream();
    let done = false;
    void writable
      .getWriter()
      .write(bytes("x"))
      .then(() => {
        done = true;
      });
    await realTime(5);
    expect(done).toBe(false);
    await readable.getReader().read();
    await vi.waitFor(() => expect(done).toBe(true));
  });
});

describe("EventSource", () => {
  test("reads a stream that is there", async () => {
    const text = "id: 1\ndata: a\ndata: b\n\nevent: x\ndata: c\n\n";
    const source = inside(() => EventSource.from(new Blob([text]).stream()));
    const heard: unknown[] = [];
    source.onmessage = ({ data, lastEventId }) => heard.push([data, lastEventId]);
    source.addEventListener("x", ({ data, lastEventId }) => heard.push([data, lastEventId]));
    source.onerror = () => heard.push(source.readyState);
    await vi.waitFor(() => expect(heard).toEqual([["a\nb", "1"], ["c", "1"], EventSource.CLOSED]));
  });

  test("reads a server's", async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: hello\n\n");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const source = inside(() => new EventSource(`http://127.0.0.1:${port}/`));
    const heard: unknown[] = [];
    source.onmessage = ({ data }) => heard.push(data);
    await vi.waitFor(() => expect(heard).toEqual(["hello"]));
    source.close();
    server.closeAllConnections();
    server.close();
  });

  test("refuses bad addresses and credentials", () => {
    expect(() => new EventSource("foo")).toThrow(expect.objectContaining({ name: "SyntaxError" }));
    expect(() => new EventSource("http://x/", { withCredentials: true })).toThrow(
      expect.objectContaining({ name: "NotSupportedError" }),
    );
  });
});

describe("HTMLRewriter", () => {
  interface Rewriter {
    on(selector: string, handlers: object): Rewriter;
    onDocument(handlers: object): Rewriter;
    transform(response: Response): Response;
  }
  const create = () => Reflect.construct(Reflect.get(globalThis, "HTMLRewriter"), []) as Rewriter;

  test("rewrites while the body is read", async () => {
    const rewriter = create()
      .on("a[href]", {
        element: async (element: { setAttribute(name: string, value: string): void }) => {
          await realTime(1);
          element.setAttribute("href", "/new");
        },
      })
      .onDocument({ end: (end: { append(text: string): void }) => end.append("!") });
    const response = rewriter.transform(
      new Response('<p><a href="/old">x</a></p>', {
        status: 201,
        headers: { "content-type": "text/html", "content-length": "27" },
      }),
    );
    expect([response.status, response.headers.get("content-length")]).toEqual([201, null]);
    expect(await response.text()).toBe('<p><a href="/new">x</a></p>!');
    expect(await rewriter.transform(new Response("plain")).text()).toBe("plain!");
  });

  test("passes on what its handlers throw", async () => {
    const failing = create().on("p", {
      element: () => {
        throw new Error("mine");
      },
    });
    await expect(failing.transform(new Response("<p>x</p>")).text()).rejects.toThrow("mine");
  });
});

describe("caches", () => {
  const put = async (headers: Record<string, string>, status = 200) => {
    const url = `http://cache.example/${Math.random()}`;
    await caches.default.put(url, new Response("0123456789", { status, headers }));
    return url;
  };
  const match = async (url: string, headers: Record<string, string> = {}) => {
    const found = await caches.default.match(new Request(url, { headers }));
    return found && [found.status, await found.text(), found.headers.get("content-range")];
  };
  const age = { "cache-control": "max-age=60" };

  test.each<[Record<string, string>, number, boolean]>([
    [{}, 200, false],
    [age, 200, true],
    [age, 404, true],
    [age, 500, false],
    [{ "cache-control": "public" }, 200, false],
    [{ "cache-control": "private, max-age=60" }, 200, false],
    [{ "cache-control": "max-age=0" }, 200, false],
    [{ "cache-control": "s-maxage=60, max-age=0" }, 200, true],
    [{ expires: new Date(Date.now() + 60_000).toUTCString() }, 200, true],
    [{ ...age, "set-cookie": "a=1" }, 200, false],
    [{ "cache-control": "private=set-cookie, max-age=60", "set-cookie": "a=1" }, 200, true],
  ])("%j with status %d is kept: %s", async (headers, status, isKept) => {
    const found = await caches.default.match(await put(headers, status));
    expect(found !== undefined).toBe(isKept);
    expect(found?.headers.get("set-cookie") ?? null).toBe(null);
  });

  test("answer conditions and ranges", async () => {
    const modified = "Wed, 01 Jan 2025 00:00:00 GMT";
    const url = await put({ ...age, etag: '"v"', "last-modified": modified });
    expect(await match(url)).toEqual([200, "0123456789", null]);
    expect(await match(url, { "if-none-match": 'W/"v"' })).toEqual([304, "", null]);
    expect(await match(url, { "if-none-match": '"w"' })).toHaveProperty("0", 200);
    expect(await match(url, { "if-modified-since": modified })).toEqual([304, "", null]);
    expect(await match(url, { range: "bytes=2-4" })).toEqual([206, "234", "bytes 2-4/10"]);
    expect(await match(url, { range: "bytes=10-" })).toEqual([416, "", "bytes */10"]);
    expect(await match(`${url}#other`)).toHaveProperty("0", 200);
    expect(await match(`${url}?other`)).toBe(undefined);
  });

  test("are apart by name, and refuse what Workers do not have", async () => {
    const url = await put(age);
    expect(await (await caches.open("other")).match(url)).toBe(undefined);
    await expect(caches.default.match("/relative")).rejects.toThrow("Invalid URL: /relative");
    await expect(caches.default.add(url)).rejects.toThrow("the method is not implemented");
    await expect(caches.has("other")).rejects.toThrow("the method is not implemented");
    await expect(Reflect.apply(caches.open, caches, [])).rejects.toThrow(TypeError);
    const used = new Response("used", { headers: age });
    await used.text();
    await expect(caches.default.put(url, used)).rejects.toThrow("Body has already been used");
    await expect(Reflect.apply(caches.default.put, caches.default, [url, "x"])).rejects.toThrow(
      "parameter 2 is not of type 'Response'",
    );
  });
});
