import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { routeAgentRequest } from "./route.ts";

/** Requests as attackers make them. A failure prints the seed that repeats it. */

beforeEach(() => {
  vi.spyOn(console, "error").mockReturnValue();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const segment = fc.oneof(
  fc.constantFrom(
    "agents",
    "room",
    "ai-room",
    "a-i-room",
    "Room",
    "sub",
    "__proto__",
    "constructor",
  ),
  fc.constantFrom(
    "",
    ".",
    "..",
    "%2e",
    "%2F",
    "%00",
    "%zz",
    "%",
    "%C3%28",
    "%F0%9F%98%80",
    ";",
    "?",
    "#",
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({ maxLength: 20 }).map(encodeURIComponent),
  fc.integer({ min: 1000, max: 1100 }).map((length) => "n".repeat(length)),
);

const header = fc.tuple(
  fc.constantFrom(
    "x-agents-lifecycle-props",
    "X-Agents-Lifecycle-Anything",
    "x-cf-agents-subagent-url",
    "x-partykit-room",
    "X-PARTYKIT-PROPS",
    "x-mine",
    "cookie",
  ),
  fc.constantFrom("{}", "e30=", "a", "http://x/sub/a/b"),
);

test("no path makes the router fail, and no header of the router's own gets through", async () => {
  const seen: { name: string; request: Request }[] = [];
  const namespace = {
    idFromName: (name: string) => name,
    get: (name: string) => ({
      async fetch(request: Request) {
        seen.push({ name, request });
        return new Response("ok");
      },
    }),
  };
  let reached = 0;
  const env = { Room: namespace, AIRoom: namespace, text: "text" };
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.constantFrom("room", "ai-room"), segment),
      fc.array(segment, { maxLength: 5 }),
      fc.array(header, { maxLength: 4 }),
      fc.record({ decodeName: fc.boolean(), cors: fc.boolean() }),
      async (first, segments, headers, options) => {
        let url: string;
        try {
          url = new URL(`http://x/agents/${[first, ...segments].join("/")}`).href;
        } catch {
          return;
        }
        seen.length = 0;
        const answer = await routeAgentRequest(new Request(url, { headers }), env, options);
        expect([undefined, 200, 400]).toContain(answer?.status);
        if (answer?.status === 400) expect(await answer.text()).toBe("Invalid request");
        reached += seen.length;
        for (const { name, request } of seen) {
          expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(1024);
          expect(name).not.toBe("");
          const own = /^x-(agents-lifecycle|cf-agents|partykit)-/;
          expect([...request.headers.keys()].filter((key) => own.test(key))).toEqual([]);
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(reached).toBeGreaterThan(50);
});
