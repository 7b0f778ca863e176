import { fork } from "node:child_process";
import { MessageChannel, Worker } from "node:worker_threads";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { installGlobals } from "../../globals/install.ts";
import { lend } from "../exchange.ts";
import type { Hook } from "../hook.ts";
import { Counter, TransportTarget } from "../testing/target.ts";
import { PortSession } from "./session.ts";
import { portTransport, processTransport, type Transport } from "./transport.ts";

type Remote = Record<string, (...args: unknown[]) => Promise<unknown>>;

const ends: (() => unknown)[] = [];

beforeAll(installGlobals);
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function aWhile(): Promise<void> {
  for (let round = 0; round < 5; round++) await new Promise((resolve) => setImmediate(resolve));
}

/** A peer that says what it is told to say. */
class ScriptedPeer implements Transport {
  readonly sent: Record<string, unknown>[] = [];
  isClosed = false;
  #onMessage: (message: unknown) => void = () => undefined;

  send(message: unknown): void {
    this.sent.push(structuredClone(message) as Record<string, unknown>);
  }

  listen(onMessage: (message: unknown) => void): void {
    this.#onMessage = onMessage;
  }

  close(): void {
    this.isClosed = true;
  }

  say(message: unknown): void {
    this.#onMessage(structuredClone(message));
  }
}

function facing(main?: Hook) {
  const peer = new ScriptedPeer();
  const errors: unknown[] = [];
  const session = new PortSession(peer, {
    ...(main && { main }),
    onError: (error) => errors.push(error),
  });
  ends.push(() => session.close());
  return { peer, errors, remote: session.stub() as Remote };
}

const plain = { value: [], specials: undefined };
const reference = (index: number): unknown => Object(BigInt(index)) as unknown;
const call = { type: "call", id: 1, target: 0, path: ["echo"] };
const withSpecial = (special: unknown) => ({
  ...call,
  args: { value: [reference(0)], specials: [special] },
});

describe("a peer that breaks the rules", () => {
  test.each([
    ["nothing", undefined],
    ["a text", "call"],
    ["no type", { id: 1 }],
    ["an unknown type", { type: "open" }],
    ["a negative number", { ...call, id: -1, args: plain }],
    ["a number that is none", { ...call, target: Number.NaN, args: plain }],
    ["a path that is none", { ...call, path: "echo", args: plain }],
    ["a path of other things", { ...call, path: [{}], args: plain }],
    ["a path too deep", { ...call, path: Array(66).fill("a"), args: plain }],
    ["arguments that are no list", { ...call, args: { value: {}, specials: undefined } }],
    ["specials that are no list", { ...call, args: { value: [], specials: {} } }],
    ["an unknown special", withSpecial({ kind: "port" })],
    ["a special without a target", withSpecial({ kind: "stub" })],
    ["a reference to nothing", { ...call, args: { value: [reference(7)], specials: [] } }],
    ["something never lent", withSpecial({ kind: "own", target: 99 })],
    ["headers that are none", withSpecial({ kind: "headers", entries: [["a", 1]] })],
    ["headers that cannot be", withSpecial({ kind: "headers", entries: [["\0", "b"]] })],
    [
      "a response that cannot be",
      withSpecial({
        kind: "response",
        parts: { status: 99, statusText: "", headers: [], body: null },
      }),
    ],
    [
      "a body that is itself",
      withSpecial({
        kind: "response",
        parts: { status: 200, statusText: "", headers: [], body: reference(0) },
      }),
    ],
    ["an error without a name", withSpecial({ kind: "error", message: "x", own: {} })],
    ["an answer to nothing", { type: "return", id: 5, value: plain }],
    ["a failure of nothing", { type: "throw", id: 5, error: plain }],
    ["the release of nothing", { type: "release", target: 5 }],
    ["a request that is none", { type: "fetch", id: 1, target: 0, request: plain }],
  ])("%s ends the session, and every call with it", async (_what, message) => {
    const { peer, errors, remote } = facing(lend(new TransportTarget()));
    const waiting = remote.echo!(1).then(undefined, (error: unknown) => error);
    peer.say(message);
    expect(errors).toMatchObject([{ code: "RPC_PROTOCOL" }]);
    expect(peer.isClosed).toBe(true);
    const lost = { message: "Network connection lost.", retryable: true };
    expect(await waiting).toMatchObject(lost);
    await expect(remote.echo!(2)).rejects.toMatchObject(lost);
  });

  test("what it was lent is given back", async () => {
    let ended = 0;
    const target = new Counter(() => {
      ended += 1;
    });
    const { peer } = facing(lend(target));
    peer.say(undefined);
    await aWhile();
    expect(ended).toBe(1);
  });

  test("a target that it does not have is an error of the call", async () => {
    const { peer } = facing(lend(new TransportTarget()));
    peer.say({ ...call, target: 9, args: plain });
    await aWhile();
    expect(peer.sent).toMatchObject([{ type: "throw", id: 1 }]);
    expect(peer.isClosed).toBe(false);
  });

  test("depth is no matter", async () => {
    const { peer } = facing(lend(new TransportTarget()));
    let value: unknown = [reference(0)];
    for (let depth = 0; depth < 2000; depth++) value = [value];
    const specials = [{ kind: "headers", entries: [] }];
    peer.say({ ...call, path: ["count"], args: { value: [value], specials } });
    await aWhile();
    expect(peer.sent).toMatchObject([{ type: "return", value: { value: 1 } }]);
  });

  test("random messages are an error with a code, or an answer", async () => {
    const words = ["call", "return", "throw", "release", "fetch", "stub", "own", "echo", 0, 1, -1];
    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      return seed % below;
    };
    const noise = (depth: number): unknown => {
      const kind = random(depth > 3 ? 3 : 6);
      if (kind < 2) return words[random(words.length)];
      if (kind === 2) return reference(random(3));
      if (kind === 3) return Array.from({ length: random(4) }, () => noise(depth + 1));
      const keys = ["type", "id", "target", "path", "args", "value", "specials", "kind", "error"];
      return Object.fromEntries(
        Array.from({ length: random(7) }, () => [keys[random(keys.length)], noise(depth + 1)]),
      );
    };
    for (let round = 0; round < 2000; round++) {
      const { peer, errors } = facing(lend(new TransportTarget()));
      const frame = random(3) === 0 ? noise(0) : { ...call, ...(noise(1) as object) };
      peer.say(frame);
      if (peer.isClosed) expect([round, errors]).toMatchObject([round, [{ code: "RPC_PROTOCOL" }]]);
    }
  });
});

test("when the port closes, calls fail as disconnected", async () => {
  const { port1, port2 } = new MessageChannel();
  const far = new PortSession(portTransport(port1), {
    main: lend({ never: () => new Promise(() => undefined) }),
  });
  const near = new PortSession(portTransport(port2));
  const waiting = (near.stub() as Remote).never!();
  await aWhile();
  far.close();
  await expect(waiting).rejects.toMatchObject({
    message: "Network connection lost.",
    retryable: true,
  });
});

test("entrypoints answer requests over a port", async () => {
  const hook: Hook = {
    call: (path) => Promise.resolve(path.join(".")),
    fetch: async (request) => new Response(`${request.method} ${await request.text()}`),
    dup: () => hook,
    dispose: () => undefined,
  };
  const { port1, port2 } = new MessageChannel();
  new PortSession(portTransport(port1), { main: hook });
  const near = new PortSession(portTransport(port2));
  ends.push(() => near.close());
  const service = near.service() as Remote & { fetch: typeof fetch };
  const init = { method: "POST", body: "over there" };
  expect(await (await service.fetch("http://x/", init)).text()).toBe("POST over there");
  expect(await service.anything!()).toBe("anything");
});

describe("with another", () => {
  const peer = new URL("../testing/peer.ts", import.meta.url);
  const conditions = ["--conditions=freehold-source", "--disable-warning=ExperimentalWarning"];

  async function converse(transport: Transport): Promise<void> {
    const session = new PortSession(transport);
    const remote = session.stub() as Remote;
    expect(await remote.echo!({ date: new Date(3), n: 1n })).toEqual({ date: new Date(3), n: 1n });
    expect(await remote.callBack!((value: number) => value + 1)).toBe(6);
    await expect(remote.fail!("coded")).rejects.toMatchObject({ code: 42, remote: true });
    const body = new Response("streamed").body;
    expect(await remote.text!(body)).toBe("streamed");
    session.close();
  }

  test("thread", async () => {
    const worker = new Worker(peer, { execArgv: conditions });
    ends.push(() => worker.terminate());
    const { port1, port2 } = new MessageChannel();
    worker.postMessage(port1, [port1]);
    await converse(portTransport(port2));
  });

  test("process", async () => {
    const child = fork(peer, { serialization: "advanced", execArgv: conditions });
    ends.push(() => child.kill());
    await converse(processTransport(child));
  });
});
