import assert from "node:assert/strict";
import { call, connectTo, within } from "../agent.ts";
import type { Cell, Row } from "../cell.ts";

const agent = "MatrixRecords";

function fetchRecords({ name, url }: Cell, path: string, init?: RequestInit): Promise<Response> {
  const address = new URL(`/agents/matrix-records/${name}${path}`, url);
  return within(60_000, path, fetch(address, init));
}

/** The chunks among the events. */
function dataOf(events: string): string[] {
  const lines = events.split("\n").filter((line) => line.startsWith("data: {"));
  return lines
    .map((line) => (JSON.parse(line.slice(6)) as { chunk?: string }).chunk)
    .filter((chunk) => chunk !== undefined);
}

const streams: Row = {
  name: "streams",
  async run(cell) {
    await fetchRecords(cell, "/write?chunk=one&chunk=two");
    const live = await fetchRecords(cell, "/read");
    assert.equal(live.headers.get("content-type"), "text/event-stream; charset=utf-8");
    const text = live.text();
    const closed = await fetchRecords(cell, "/write?chunk=three&close");
    const { cursor, state, tag } = (await closed.json()) as Record<string, unknown>;
    assert.deepEqual([state, cursor, tag], ["completed", 3, "matrix"]);
    assert.deepEqual(dataOf(await within(60_000, "the live read", text)), ["one", "two", "three"]);
    const resumed = await fetchRecords(cell, "/read", { headers: { "last-event-id": "0" } });
    assert.deepEqual(dataOf(await resumed.text()), ["two", "three"]);
  },
};

/** A reader of a killed process goes on behind the last chunk that it saw. */
const sseResume: Row = {
  name: "sse-resume",
  async before(cell) {
    await fetchRecords(cell, "/write?chunk=one&chunk=two");
    const live = await fetchRecords(cell, "/read");
    const reader = live.body?.getReader();
    const first = await within(60_000, "the first events", reader?.read() ?? Promise.reject());
    assert.match(new TextDecoder().decode(first.value), /^id: 0\ndata: \{"chunk":"one"\}\n\n/);
    // The server dies with the answer under way.
    reader?.cancel().catch(() => undefined);
  },
  async run(cell) {
    const resumed = await fetchRecords(cell, "/read", { headers: { "last-event-id": "0" } });
    const text = resumed.text();
    await fetchRecords(cell, "/write?chunk=three&fail");
    const events = await within(60_000, "the resumed read", text);
    assert.deepEqual(dataOf(events), ["two", "three"]);
    assert.deepEqual(events.match(/^(?:id|event): .*$/gm), [
      ...["id: 1", "event: up-to-date", "id: 2", "event: error"],
    ]);
    const missing = await fetchRecords({ ...cell, name: `${cell.name}-other` }, "/read");
    assert.deepEqual([missing.status, await missing.text()], [404, 'Stream "s" does not exist']);
  },
};

const sessions: Row = {
  name: "sessions",
  async run(cell) {
    using client = await connectTo(cell, { agent });
    const [history, branches, found] = (await call(client.client, "branch")) as string[][];
    assert.deepEqual(history, ["m1", "m3"]);
    assert.deepEqual(branches, ["m2", "m3"]);
    assert.deepEqual(found, ["m2"]);
  },
};

const CONVERSATION = {
  shown: ["c1", "5 messages", "long"],
  bytes: [68, 88, 179, 2_400_068],
  tokens: [6, 6, 1604, 300_004],
  metadata: { kept: true },
  picture: "data:image/png;base64,iVBORw==",
  long: 1_200_000,
  recent: ["long"],
};

const sessionRestart: Row = {
  name: "session-restart",
  async before(cell) {
    using client = await connectTo(cell, { agent });
    assert.deepEqual(await call(client.client, "converse"), CONVERSATION);
  },
  async run(cell) {
    using client = await connectTo(cell, { agent });
    assert.deepEqual(await call(client.client, "conversation"), CONVERSATION);
  },
};

const LINE = "═".repeat(46);

const context: Row = {
  name: "context",
  async run(cell) {
    using client = await connectTo(cell, { agent });
    const found = (await call(client.client, "prompt")) as Record<string, unknown>;
    const { frozen, refreshed, reminder, ...rest } = found;
    const sections = String(frozen).split(`${LINE}\n`);
    assert.deepEqual(sections, [
      ...["", "DAY [readonly]\n", "Monday\n\n"],
      ...["MEMORY (Facts) [0% — 0/100 tokens] [writable]\n", "\n\n"],
      ...["BOOKS [searchable]\n", ""],
    ]);
    assert.ok(String(reminder).endsWith(`${LINE}\nDAY [readonly]\n${LINE}\nTuesday`));
    assert.match(String(refreshed), /Tuesday.*\[3% — 3\/100 tokens\].*1 entries indexed\./s);
    assert.deepEqual(rest, {
      same: true,
      indexed: 'Indexed "sea" in books.',
      found: "[sea]\nA whale",
      tools: ["set_context", "search_context"],
    });
  },
};

export const recordRows: readonly Row[] = [streams, sseResume, sessions, sessionRestart, context];
