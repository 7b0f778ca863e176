import { request as openRequest } from "node:http";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleWorker } from "./support/bundle.ts";
import { runtimes } from "./support/runtimes.ts";
import { refusedUpgrade, TestSocket } from "./support/socket.ts";
import type { RunningWorker } from "./support/workerd.ts";

const fixture = fileURLToPath(new URL("./fixtures/rooms.ts", import.meta.url).href);

describe.each(runtimes)("routing on %s", (_runtime, run) => {
  let worker: RunningWorker;

  beforeAll(async () => {
    worker = await run({
      script: await bundleWorker(fixture),
      objects: { Room: "Room", AIRoom: "Room" },
    });
  });

  afterAll(() => worker?.stop());

  const get = (path: string, init?: RequestInit) => fetch(`${worker.url}${path}`, init);
  const read = async (path: string, init?: RequestInit) => (await get(path, init)).json();

  test.each([
    ["a%20b", "a b"],
    ["a%2Fb", "a/b"],
    ["%25", "%"],
    ["%E4%BD%A0", "你"],
    ["a+b&c=d", "a+b&c=d"],
    ["..%2F", "../"],
    ["%00", "\0"],
  ])("the name %s stands as in the URL, or as %j", async (encoded, decoded) => {
    expect(await read(`/agents/room/${encoded}/rest?q=${encoded}`)).toMatchObject({
      name: encoded,
      path: `/agents/room/${encoded}/rest?q=${encoded}`,
    });
    expect(await read(`/decoded/room/${encoded}`)).toMatchObject({ name: decoded });
    expect(await read(`/by-name?name=${encodeURIComponent(decoded)}`)).toBe(decoded);
  });

  test("names that no agent can have are refused, whatever the option", async () => {
    const long = "n".repeat(1025);
    for (const path of [`/agents/room/${long}`, `/decoded/room/${long}`, "/decoded/room/%zz"]) {
      const answer = await get(path);
      expect([answer.status, await answer.text()]).toEqual([400, "Invalid request"]);
    }
    expect((await get(`/agents/room/${"n".repeat(1024)}`)).status).toBe(200);
  });

  test("malformed paths go on to the application, unknown agents do not", async () => {
    for (const path of ["/agents", "/agents/", "/agents/room", "/agents/room/", "/other/room/a"]) {
      expect((await get(path)).status).toBe(404);
    }
    expect((await get("/agents/Room/a")).status).toBe(400);
    expect((await get("/two/deep/room/a")).status).toBe(200);
  });

  test("an acronym is its letters or one word, and both are the same agents", async () => {
    for (const name of ["a-i-room", "ai-room"]) {
      expect(await read(`/agents/${name}/x`)).toMatchObject({ name: "x" });
    }
  });

  test("no client can speak as the router", async () => {
    const headers = {
      "x-agents-lifecycle-props": '{"forged":true}',
      "x-cf-agents-subagent-url": "http://x/sub/child/c",
      "x-partykit-room": "another",
      "x-mine": "1",
    };
    const seen = { headers: ["x-mine"], name: "spoofed", given: "nothing" };
    expect(await read("/agents/room/spoofed", { headers })).toMatchObject(seen);
    const socket = await TestSocket.open(`ws://${worker.host}/agents/room/spoofed`, headers);
    expect(await socket.next()).toContain('"name":"spoofed"');
    expect(await read("/props/room/told", { headers })).toMatchObject({ given: { user: "ada" } });
    const letIn = { ...headers, "let-in": "1" };
    expect(await read("/gated/room/forged", { headers: letIn })).toMatchObject({
      given: "nothing",
    });
  });

  test("other origins: preflight, answers, refusals and errors", async () => {
    const preflight = await get("/cors/room/a", { method: "OPTIONS" });
    expect([preflight.status, await preflight.text()]).toEqual([200, ""]);
    expect(preflight.headers.get("access-control-max-age")).toBe("86400");
    const answer = await get("/own/room/a");
    expect([
      answer.headers.get("access-control-allow-origin"),
      answer.headers.get("own"),
      answer.headers.get("access-control-allow-methods"),
    ]).toEqual(["https://a.example", "kept", null]);
    const refused = await get("/gated/room/a");
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([
      401,
      "*",
    ]);
    expect(await refused.json()).toEqual({ refused: ["Room", "a"] });
    const unknown = await get("/cors/nobody/a");
    expect([unknown.status, unknown.headers.get("access-control-allow-origin")]).toEqual([
      400,
      "*",
    ]);
    expect((await get("/agents/room/a")).headers.get("access-control-allow-origin")).toBeNull();
  });

  test("a socket is let in or not, also where other origins are allowed", async () => {
    expect(await refusedUpgrade(`${worker.url}/gated/room/a`)).toEqual([401, "no token"]);
    const socket = await TestSocket.open(`ws://${worker.host}/gated/room/a?token`);
    expect(await socket.next()).toContain('"name":"a"');
    const plain = await TestSocket.open(`ws://${worker.host}/cors/room/a`);
    expect(await plain.call("who")).toMatchObject([{ result: "a" }]);
  });

  test("a large body without a length arrives byte for byte", async () => {
    const body = Buffer.alloc(2 * 1024 * 1024, "0123456789");
    const text = await new Promise<string>((resolve, reject) => {
      const sent = openRequest(
        `${worker.url}/agents/room/large`,
        { method: "POST" },
        async (got) => {
          const parts = await got.toArray();
          resolve(Buffer.concat(parts).toString());
        },
      );
      sent.on("error", reject);
      sent.write(body.subarray(0, 1000));
      sent.end(body.subarray(1000));
    });
    expect((JSON.parse(text) as { body: string }).body === body.toString()).toBe(true);
  });
});
