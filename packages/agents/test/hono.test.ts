import { fileURLToPath } from "node:url";
import { AgentClient } from "@freehold/agents/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleWorker } from "./support/bundle.ts";
import { runtimes } from "./support/runtimes.ts";
import { refusedUpgrade, TestSocket } from "./support/socket.ts";
import type { RunningWorker } from "./support/workerd.ts";

const fixture = fileURLToPath(new URL("./fixtures/hono.ts", import.meta.url).href);

describe.each(runtimes)("Hono on %s", (_runtime, run) => {
  let worker: RunningWorker;

  beforeAll(async () => {
    worker = await run({ script: await bundleWorker(fixture), objects: { Counter: "Counter" } });
  });

  afterAll(() => worker?.stop());

  const get = (path: string, init?: RequestInit) => fetch(`${worker.url}${path}`, init);

  async function count(prefix: string, query: Record<string, string> = {}) {
    const client = new AgentClient({
      agent: "Counter",
      name: prefix,
      host: worker.host,
      prefix,
      query,
    });
    try {
      await client.ready;
      return await client.call("add", [2]);
    } finally {
      client.close();
    }
  }

  test("requests for agents reach them, others the application's handlers", async () => {
    const answer = await get("/agents/counter/a", { method: "POST", body: "hi" });
    expect(await answer.json()).toEqual({ name: "a", body: "hi", count: 0 });
    expect(answer.headers.get("x-last")).toBe("after");
    expect(await (await get("/plain")).text()).toBe("from hono");
    expect((await get("/agents/counter")).status).toBe(404);
    expect((await get("/agents/nobody/a")).status).toBe(400);
  });

  test("sockets open, also through middleware that changes headers", async () => {
    expect(await count("agents")).toBe(2);
    expect(await count("wrapped")).toBe(2);
    const origin = { origin: "https://a.example" };
    const { headers } = await get("/wrapped/counter/a", { headers: origin });
    expect(headers.get("access-control-allow-origin")).toBe("https://a.example");
    expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
    const socket = await TestSocket.open(`ws://${worker.host}/wrapped/counter/b`, origin);
    expect(await socket.call("add", 3)).toMatchObject([{ result: 3 }]);
  });

  test("options are passed on", async () => {
    const preflight = await get("/gated/counter/a", { method: "OPTIONS" });
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(await count("gated", { token: "t" })).toBe(2);
    expect(await refusedUpgrade(`${worker.url}/gated/counter/a`)).toEqual([401, "no token"]);
  });

  test("onError takes a failure and the request goes on; else the application's does", async () => {
    expect(await (await get("/handled/counter/a")).json()).toEqual(["hook failed"]);
    const thrown = await get("/thrown/counter/a");
    expect([thrown.status, await thrown.text()]).toEqual([500, "app: hook failed"]);
  });
});
