import { fileURLToPath } from "node:url";
import { AgentClient } from "@freehold/agents/client";
import { AgentClient as PublishedClient } from "agents/client";
import { newWebSocketRpcSession, RpcTarget } from "capnweb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleWorker } from "./support/bundle.ts";
import { runOnFreehold } from "./support/freehold.ts";
import { TestSocket } from "./support/socket.ts";
import { type RunningWorker, runOnWorkerd } from "./support/workerd.ts";

const fixture = fileURLToPath(new URL("./fixtures/plain.ts", import.meta.url).href);
const objects = { Plain: "Plain", Bare: "Bare" };

const ask = async (worker: RunningWorker, path: string) =>
  (await fetch(`${worker.url}/agents/${path}`)).json();

/** Frames as sets of keys and values, without what only ours have. */
function comparable(frame: unknown): unknown {
  if (typeof frame !== "object" || frame === null) return frame;
  const { version: _version, code: _code, name, ...rest } = frame as Record<string, unknown>;
  return rest.type === "rpc" ? rest : { ...rest, ...(name === undefined ? {} : { name }) };
}

const call = (method: string, ...args: unknown[]) =>
  JSON.stringify({ type: "rpc", id: `${method} ${args}`, method, args });

describe.each([
  ["workerd", runOnWorkerd],
  ["our host", runOnFreehold],
] as const)("a Durable Object that is no agent, on %s", (_runtime, run) => {
  let worker: RunningWorker;
  /** The published package on workerd says what is right. */
  let published: RunningWorker;
  beforeAll(async () => {
    worker = await run({ script: await bundleWorker(fixture), objects });
    published = await runOnWorkerd({ script: await bundleWorker(fixture, "agents"), objects });
  });
  afterAll(() => Promise.all([worker?.stop(), published?.stop()]));

  const both = async <T>(body: (worker: RunningWorker) => Promise<T>) => {
    const expected = await body(published);
    return { expected, ours: await body(worker) };
  };

  test.each(["misuse", "rules"])("refuses as the published package does: %s", async (path) => {
    const { expected, ours } = await both((on) => ask(on, `plain/${path}/${path}`));
    expect(ours).toEqual(expected);
  });

  test("asks capabilities before the host; a bare one answers 404", async () => {
    const { expected, ours } = await both(async (on) => [
      await ask(on, "plain/http/probe"),
      await (await fetch(`${on.url}/agents/plain/http/else`)).text(),
      (await fetch(`${on.url}/agents/bare/one`)).status,
      await (await fetch(`${on.url}/agents/bare/one`)).text(),
    ]);
    expect(ours).toEqual(expected);
  });

  test("runs jobs, schedules and queue alike, and tells of them alike", async () => {
    const { expected, ours } = await both(async (on) => {
      const pushed = await ask(on, "plain/work/push");
      for (;;) {
        const seen = (await ask(on, "plain/work/seen")) as { host: unknown[][] };
        if (seen.host.some(([what]) => what === "onAlarm")) return { pushed, seen };
      }
    });
    expect(ours).toEqual(expected);
  });

  test("greets, answers and syncs alike over JSON frames", async () => {
    const { expected, ours } = await both(async (on) => {
      const guest = await TestSocket.open(`ws://${on.host}/agents/plain/room?_pk=guest`);
      const other = await TestSocket.open(`ws://${on.host}/agents/plain/room?_pk=other&readonly`);
      const greetings = [await guest.take(3), await other.take(3)];
      const calls = [
        ...[call("add", 1, 2), call("fail", "error"), call("fail", "text"), call("big")],
        ...[call("box", 1), call("who"), call("count"), call("getter"), call("toString")],
      ];
      for (const frame of calls) guest.send(frame);
      const answers = await guest.take(calls.length + 2);
      guest.send("text");
      guest.send('{"type":"cf_agent_state","state":{"count":5}}');
      const synced = [await guest.take(1), await other.take(1)];
      guest.send('{"type":"cf_agent_state","state":{"count":-5}}');
      other.send('{"type":"cf_agent_state","state":{"count":6}}');
      const refused = [await guest.take(1), await other.take(1)];
      guest.send("last");
      await guest.until("last");
      guest.close(4001, "bye");
      const { code } = await guest.closed;
      return { answers, code, greetings, refused, synced };
    });
    const flat = ({ answers, greetings, ...rest }: typeof ours) => ({
      ...rest,
      answers: answers.map(comparable),
      greetings: greetings.map((frames) => frames.map(comparable)),
      synced: rest.synced.map((frames) => frames.map(comparable)),
    });
    expect(flat(ours)).toEqual(flat(expected));
  });

  test("a failing onConnect closes the socket, and says nothing of the failure", async () => {
    const socket = await TestSocket.open(`ws://${worker.host}/agents/plain/room?_pk=r&refuse`);
    expect(await socket.take(1)).toEqual([{ error: "Internal Server Error" }]);
    expect((await socket.closed).code).toBe(1011);
  });

  describe("over Cap'n Web", () => {
    test.each([
      ["our client", AgentClient],
      ["the published client", PublishedClient],
    ])("%s calls methods, gets streams and stubs, and syncs state", async (_name, Client) => {
      const { expected, ours } = await both(async (on) => {
        const seen: unknown[] = [];
        const client = new Client<{ state: { count: number } }>({
          ...{ agent: "Plain", name: "native", host: on.host, transport: "capnweb" as const },
          onStateUpdate: (state, source) => void seen.push([source, state]),
        });
        const outcome = (promise: Promise<unknown>) =>
          promise.catch((error: Error) => `failed: ${error.message}`);
        await client.ready;
        const chunks: unknown[] = [];
        const results = [
          await outcome(client.call("add", [1, 2])),
          await outcome(client.call("fail", ["error"])),
          await outcome(client.call("nope", [])),
          await outcome(client.call("who", []).then((who) => (who as unknown[])[0])),
          await outcome(client.call("count", [], { onChunk: (chunk) => void chunks.push(chunk) })),
        ];
        client.setState({ count: 3 });
        const box = (await client.call("box", [21])) as unknown as { double(): Promise<number> };
        results.push(await box.double(), chunks);
        const last = await TestSocket.open(`ws://${on.host}/agents/plain/native`);
        const [, state] = await last.take(2);
        last.close();
        client.close();
        return { results, seen: seen.slice(1), state: comparable(state) };
      });
      expect(ours.results).toEqual(expected.results);
      expect(ours.state).toMatchObject({ state: { count: 3 } });
      expect(ours.seen).toEqual(expected.seen);
    });

    test("frames come in the order of the published server", async () => {
      const { expected, ours } = await both(async (on) => {
        const frames: unknown[] = [];
        const url = `ws://${on.host}/agents/plain/frames?_pk=me&__agents_transport=capnweb`;
        const socket = new WebSocket(url);
        class Main extends RpcTarget {
          message(frame: unknown) {
            frames.push(frame);
          }
        }
        const session: unknown = newWebSocketRpcSession(socket, new Main());
        const root = session as {
          __cf_agent_send(frame: string | Uint8Array): Promise<void>;
          fail(how: string): Promise<void>;
        };
        const raw: unknown[] = [];
        socket.addEventListener("message", ({ data }) => void raw.push(data));
        await root.fail("error").catch(() => undefined);
        if (on === worker) expect(raw.join()).not.toMatch(/\n\s+at /);
        await root.__cf_agent_send("text");
        await root.__cf_agent_send(new Uint8Array([1, 2, 3]));
        await root.__cf_agent_send(call("add", 2, 2));
        socket.close();
        return frames.map((frame) =>
          typeof frame === "string" && frame.startsWith("{")
            ? comparable(JSON.parse(frame))
            : frame,
        );
      });
      expect(ours).toEqual(expected);
    });

    test("a session that comes back takes the place of the one it had", async () => {
      const { expected, ours } = await both(async (on) => {
        const url = `ws://${on.host}/agents/plain/twice?_pk=me&__agents_transport=capnweb`;
        const open = async () => {
          const socket = new WebSocket(url);
          newWebSocketRpcSession(socket, new RpcTarget());
          await new Promise((resolve) => socket.addEventListener("open", resolve));
          return socket;
        };
        const first = await open();
        const closed = new Promise<CloseEvent>((resolve) =>
          first.addEventListener("close", resolve),
        );
        const second = await open();
        const { code, reason } = await closed;
        second.close();
        return [code, reason];
      });
      expect(ours).toEqual(expected);
    });
  });
});
