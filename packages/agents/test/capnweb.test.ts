import { AgentClient } from "@freehold/agents/client";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { bundleWorker, type Sdk } from "./support/bundle.ts";
import { localPath } from "./support/path.ts";
import { runtimes } from "./support/runtimes.ts";
import type { RunningWorker } from "./support/workerd.ts";

type State = { count: number };
type Client = AgentClient<unknown, State>;

const both: readonly Sdk[] = ["agents", "@freehold/agents"];
const combinations = both.flatMap((sdk) => runtimes.map(([name, run]) => ({ sdk, name, run })));

describe.each(combinations)("the Cap'n Web wire, with $sdk on $name", ({ sdk, run }) => {
  let worker: RunningWorker;
  const clients: Client[] = [];

  beforeAll(async () => {
    const script = await bundleWorker(localPath("../fixtures/exchange.ts"), sdk);
    worker = await run({ script, objects: { Exchange: "Exchange" } });
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  afterAll(() => worker?.stop());

  function connect(name: string, more: Partial<ConstructorParameters<typeof AgentClient>[0]> = {}) {
    const client: Client = new AgentClient<unknown, State>({
      host: worker.host,
      agent: "Exchange",
      name,
      transport: "capnweb",
      minReconnectionDelay: 5,
      maxReconnectionDelay: 5,
      ...(more as object),
    });
    clients.push(client);
    return client;
  }

  test("brings identity and state, and carries state both ways", async () => {
    const [a, b] = [connect("sync"), connect("sync")];
    await Promise.all([a.ready, b.ready]);
    expect(a).toMatchObject({ name: "sync", agent: "exchange", state: { count: 0 } });
    a.setState({ count: 3 });
    await expect.poll(() => b.state).toEqual({ count: 3 });
  });

  test("calls natively, also what was called before there was a connection", async () => {
    const client = connect("calls");
    const early = client.call("add", [1, 2]);
    expect(await early).toBe(3);
    expect(await client.stub.add!(2, 3)).toBe(5);
    await expect(client.call("fail")).rejects.toThrow("out of stock");
    await expect(client.call("nope")).rejects.toThrow();
    await expect(client.call("never", [], { timeout: 30 })).rejects.toMatchObject({
      message: "RPC call to never timed out after 30ms",
      code: "call_timed_out",
      transmitted: true,
    });
  });

  test("gives stubs by reference and drains streams", async () => {
    const client = connect("values");
    const tally = await client.call<{ up(): Promise<number> } & Disposable>("tally");
    expect([await tally.up(), await tally.up()]).toEqual([1, 2]);
    tally[Symbol.dispose]();
    const seen: unknown[] = [];
    const onDone = vi.fn();
    const onChunk = (chunk: unknown) => seen.push(chunk);
    expect(await client.call("count", [3], { stream: { onChunk, onDone } })).toBeUndefined();
    expect(seen).toEqual([1, 2, 3]);
    expect(onDone).toHaveBeenCalledExactlyOnceWith(undefined);
    expect(await client.call("count", [1])).toBeInstanceOf(ReadableStream);
  });

  test("carries messages, text and bytes", async () => {
    const client = connect("messages");
    client.binaryType = "arraybuffer";
    const heard: unknown[] = [];
    client.addEventListener("message", ({ data }) => {
      if (typeof data !== "string" || data.startsWith("heard")) heard.push(data);
    });
    client.send("before it opens");
    await client.ready;
    client.send("after");
    client.send(new Uint8Array([1, 2, 3]));
    await expect.poll(() => heard.length).toBe(3);
    expect(heard.slice(0, 2)).toEqual(["heard before it opens", "heard after"]);
    expect(new Uint8Array(heard[2] as ArrayBuffer)).toEqual(new Uint8Array([1, 2, 3]));
  });

  test("ends calls with their connection, and connects again", async () => {
    const client = connect("drops");
    await client.ready;
    const lost = client.call("never", [], { timeout: 0 });
    client.send("drop");
    await expect(lost).rejects.toMatchObject({
      message: "Connection closed",
      code: "connection_lost",
      transmitted: true,
    });
    expect(await client.call("add", [1, 1])).toBe(2);
    await client.ready;
  });

  test("stops at a final close", async () => {
    const client = connect("final");
    await client.ready;
    const heard: unknown[] = [];
    client.addEventListener("message", ({ data }) => heard.push(data));
    const lost = client.call("never", [], { timeout: 0 });
    client.send("close");
    await expect(lost).rejects.toThrow("Connection closed");
    expect(client.connectionError).toMatchObject({ code: 4001, reason: "as you wish" });
    expect(heard).toEqual(["heard your last word"]);
    const cause = client.connectionError;
    await expect(client.call("add", [1, 1])).rejects.toMatchObject({
      code: "connection_lost",
      transmitted: false,
      cause,
    });
  });

  test("lets go of everything at close()", async () => {
    const client = connect("close");
    await client.ready;
    const lost = client.call("never", [], { timeout: 0 });
    client.close();
    await expect(lost).rejects.toThrow("Connection closed");
    await expect(client.call("add", [1, 1])).rejects.toThrow("Connection closed");
    client.reconnect();
    expect(await client.call("add", [1, 1])).toBe(2);
  });
});
