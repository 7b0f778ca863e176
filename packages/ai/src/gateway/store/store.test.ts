import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogEntry } from "./log-entry.ts";
import { GatewayStore } from "./store.ts";

const DAY_MS = 86_400_000;
let folder: string;
let store: GatewayStore;
const open = () => {
  store = new GatewayStore(join(folder, "gateway.sqlite"));
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "freehold-gateway-"));
  open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

let written = 0;
function add(gateway: string, createdAt: number, settings: object): void {
  const entry = { id: `log-${++written}`, gateway, createdAt, metadata: {} };
  store.addLog(entry as unknown as LogEntry, settings);
}

describe("logs", () => {
  it("beyond the number that is kept are deleted, the oldest first, now and then", () => {
    for (let n = 0; n < 1000; n++) add("default", n, { keep: 50 });
    expect(store.countLogs("default")).toBeLessThan(50 + 200);
    expect(store.logs("default", 1)[0]?.createdAt).toBe(999);
  });

  it("are deleted when they are too old, also by the first one after a start", () => {
    for (let n = 0; n < 10; n++) add("default", n, { days: 7 });
    store.close();
    open();
    expect(store.countLogs("default")).toBe(10);
    add("default", 8 * DAY_MS, { days: 7 });
    expect(store.countLogs("default")).toBe(1);
  });

  it("of each gateway are deleted, whichever gateways write in between", () => {
    for (let n = 0; n < 1000; n++) {
      add("one", n, { keep: 50 });
      add("two", n, { keep: 50 });
    }
    for (const gateway of ["one", "two"]) expect(store.countLogs(gateway)).toBeLessThan(250);
  });

  it("are there after a start, with what was added to them", () => {
    add("default", 1, {});
    const id = `log-${written}`;
    expect(store.patchLog("default", id, { feedback: -1, score: 5 })).toBe(true);
    expect(store.patchLog("other", id, { feedback: 1 })).toBe(false);
    store.close();
    open();
    expect(store.log("default", id)).toMatchObject({ feedback: -1, score: 5 });
    expect(store.patchLog("default", id, { feedback: null, metadata: null })).toBe(true);
    expect(store.log("default", id)).toMatchObject({ feedback: null, metadata: {} });
  });
});

describe("budgets and kept answers", () => {
  it("are there after a start", () => {
    const account = { budget: { interval: 60, tokens: 1 }, scope: "s", window: 0 };
    store.spend("default", [account], { tokens: 7, cost: 0.5 });
    const answer = { headers: { "content-type": "text/plain" }, body: Buffer.from("kept") };
    store.keep("default", "key", answer, 0, 60);
    store.close();
    open();
    expect(store.spent("default", account)).toEqual({ tokens: 7, cost: 0.5 });
    const kept = store.answer("default", "key", 59_999);
    expect(Buffer.from(kept?.body ?? []).toString()).toBe("kept");
    expect(store.answer("default", "key", 60_000)).toBeUndefined();
    expect(store.answer("other", "key", 0)).toBeUndefined();
  });

  it("that come to too much go, those first that end first", () => {
    store.close();
    store = new GatewayStore(join(folder, "gateway.sqlite"), 1000);
    const body = Buffer.alloc(100);
    for (let n = 0; n < 30; n++)
      store.keep("default", `key-${n}`, { headers: {}, body }, 0, 60 + n);
    const kept = Array.from({ length: 30 }, (_, n) => store.answer("default", `key-${n}`, 0));
    // An eighth of it is not tidied up yet.
    expect(kept.filter((answer) => answer !== undefined).length).toBeLessThanOrEqual(11);
    expect([kept[0], kept[29]?.body.length]).toEqual([undefined, 100]);
  });
});
