import type { UIMessage } from "ai";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { splitText } from "../storage/split-text.ts";
import { message, testHost } from "./testing/chat-host.ts";
import { openDatabase } from "./testing/database.ts";
import { Transcript } from "./transcript.ts";

const ALL = Number.POSITIVE_INFINITY;

async function jsonOf(transcript: Transcript, shown: (id: string) => boolean = () => true) {
  return JSON.parse(await new Response(transcript.json(shown)).text()) as UIMessage[];
}

/** Every message names the one before it. */
function expectChain(sql: ReturnType<typeof openDatabase>["sql"]) {
  const rows = sql<{ id: string; parent_id: string | null }>(
    "SELECT id, parent_id FROM cf_agents_session_messages ORDER BY seq",
  );
  expect(rows.map((row) => row.parent_id)).toEqual(
    [null, ...rows.map((row) => row.id)].slice(0, rows.length),
  );
}

describe("Transcript", () => {
  it("keeps what a list would, over any changes and any restart", async () => {
    const id = fc.constantFrom("a", "b", "c", "d", "__proto__", "é 'x'");
    const step = fc.oneof(
      fc.record({
        write: fc.array(fc.tuple(id, fc.string({ unit: "binary", maxLength: 6 })), {
          maxLength: 4,
        }),
      }),
      fc.record({ remove: fc.array(id, { maxLength: 3 }) }),
      fc.constant({ restart: true }),
      fc.constant({ clear: true }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const database = openDatabase();
        let transcript = new Transcript(testHost(database));
        let model: UIMessage[] = [];
        for (const change of steps) {
          if ("write" in change) {
            const write = change.write.map(([key, text]) => message(key, text));
            for (const each of write) {
              const at = model.findIndex(({ id }) => id === each.id);
              model = at === -1 ? [...model, each] : model.with(at, each);
            }
            transcript.commit({ write });
          } else if ("remove" in change) {
            model = model.filter((each) => !(change.remove as string[]).includes(each.id));
            transcript.commit({ remove: change.remove });
          } else if ("clear" in change) {
            model = [];
            transcript.clear();
          } else transcript = new Transcript(testHost(database));
          if ("restart" in change) expect(transcript.load(ALL)).toEqual(model);
        }
        expect(transcript.ids()).toEqual(model.map((each) => each.id));
        expect(await jsonOf(transcript)).toEqual(model);
        if (model.length > 0) expectChain(database.sql);
      }),
    );
  });

  it("writes only what changed", () => {
    const database = openDatabase();
    const transcript = new Transcript(testHost(database));
    const [a, b] = [message("a", "1"), message("b", "2")];
    transcript.commit({ write: [a, b] });
    database.statements.length = 0;
    transcript.commit({ write: [{ ...a }, message("b", "3")] });
    const written = database.statements.filter((text) => /INSERT|UPDATE|DELETE/.test(text));
    expect(
      written.filter((text) => text.includes("INSERT INTO cf_agents_session_messages")),
    ).toHaveLength(1);
  });

  it("puts a message in the place kept for it", () => {
    const database = openDatabase();
    const transcript = new Transcript(testHost(database));
    transcript.commit({ write: [message("u1", "1")] });
    const place = transcript.reserve();
    transcript.commit({ write: [message("u2", "2")] });
    transcript.commit({
      write: [message("a1", "answer", "assistant")],
      places: new Map([["a1", place]]),
    });
    expect(transcript.ids()).toEqual(["u1", "a1", "u2"]);
    expectChain(database.sql);
    const shown = [message("u1", ""), message("new", ""), message("u2", ""), message("a1", "")];
    expect(transcript.sorted(shown).map(({ id }) => id)).toEqual(["u1", "new", "a1", "u2"]);
  });

  it("changes nothing when the database refuses", () => {
    const database = openDatabase();
    const host = testHost(database);
    const transcript = new Transcript(host);
    transcript.commit({ write: [message("a", "1")] });
    database.sql(
      "CREATE TRIGGER refuse BEFORE INSERT ON cf_agents_session_messages WHEN new.id = 'bad' BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    const write = [message("a", "2"), message("bad", "3")];
    expect(() => transcript.commit({ write })).toThrow("no");
    expect(transcript.ids()).toEqual(["a"]);
    expect(new Transcript(host).load(ALL)).toEqual([message("a", "1")]);
  });

  it("takes the newest messages within the budget, at least one, and skips what is none", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    const database = openDatabase();
    const first = new Transcript(testHost(database));
    const list = ["a", "b", "c"].map((id) => message(id, "x".repeat(100)));
    first.commit({ write: list });
    const load = (budget: number) =>
      new Transcript(testHost(database)).load(budget).map(({ id }) => id);
    expect([load(1), load(350), load(0), load(ALL)]).toEqual([
      ["c"],
      ["b", "c"],
      ["a", "b", "c"],
      ["a", "b", "c"],
    ]);
    database.sql("UPDATE cf_agents_session_messages SET content = '{\"id\":\"b\"}' WHERE id = 'b'");
    expect(load(ALL)).toEqual(["a", "c"]);
    expect((await jsonOf(first, (id) => id !== "c")).map(({ id }) => id)).toEqual(["a"]);
    expect(warn.mock.calls[0]?.[0]).toBe(
      "[AIChatAgent] Skipping invalid message b: missing or malformed id, role, or parts",
    );
    warn.mockRestore();
  });
});

describe("splitText", () => {
  it("cuts between characters, within the limit, losing nothing", () => {
    const text = fc.string({ unit: "binary", maxLength: 60 });
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 20 }), (whole, limit) => {
        const pieces = splitText(whole, limit);
        expect(pieces.join("")).toBe(whole);
        for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(limit);
      }),
    );
  });
});
