import { AgentClient, agentFetch } from "@freehold/agents/client";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { bundleWorker, type Sdk } from "./support/bundle.ts";
import { localPath } from "./support/path.ts";
import { runtimes } from "./support/runtimes.ts";
import type { RunningWorker } from "./support/workerd.ts";

type State = { count: number; note?: string };

const both: readonly Sdk[] = ["agents", "@freehold/agents"];

const combinations = both.flatMap((sdk) => runtimes.map(([name, run]) => ({ sdk, name, run })));

describe.each(combinations)("our client with an agent of $sdk on $name", ({ sdk, run }) => {
  let worker: RunningWorker;
  const clients: AgentClient<unknown, State>[] = [];

  beforeAll(async () => {
    const script = await bundleWorker(localPath("../fixtures/workshop.ts"), sdk);
    worker = await run({
      script,
      objects: { Workshop: "Workshop", Stubborn: "Stubborn" },
    });
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  afterAll(() => worker?.stop());

  function connect(name: string, query: Record<string, string> = {}) {
    const options = { host: worker.host, agent: "Workshop", name, query };
    const client = new AgentClient<unknown, State>(options);
    clients.push(client);
    return client;
  }

  test("is ready with the state in hand", async () => {
    const client = connect("ready");
    await client.ready;
    expect(client).toMatchObject({
      identified: true,
      name: "ready",
      agent: "workshop",
      state: { count: 0 },
    });
  });

  test("syncs state both ways, and calls methods by name or as a stub", async () => {
    const [a, b] = [connect("sync"), connect("sync")];
    await Promise.all([a.ready, b.ready]);
    a.setState({ count: 4 });
    await expect.poll(() => b.state).toEqual({ count: 4 });
    expect(await a.call("add", [2])).toBe(6);
    expect(await b.stub.add?.(1)).toBe(7);
    await expect.poll(() => a.state?.count).toBe(7);
  });

  test("tells apart a method that does not exist and one that may not be called", async () => {
    const client = connect("errors");
    await expect(client.call("nope")).rejects.toThrow("Method nope does not exist");
    await expect(client.call("onRequest")).rejects.toThrow("Method onRequest is not callable");
  });

  test("is told when its state is refused", async () => {
    const refused = Promise.withResolvers<string>();
    const client = new AgentClient<unknown, State>({
      host: worker.host,
      agent: "Workshop",
      name: "refused",
      onStateUpdateError: refused.resolve,
    });
    clients.push(client);
    await client.ready;
    client.setState({ count: -1 });
    expect(await refused.promise).toBe("State update rejected");
  });

  test("fetches over HTTP", async () => {
    const response = await agentFetch({ host: worker.host, agent: "Workshop", name: "http" });
    expect(response).toBeInstanceOf(Response);
    expect(new URL(response.url).pathname).toBe("/agents/workshop/http");
  });
});
