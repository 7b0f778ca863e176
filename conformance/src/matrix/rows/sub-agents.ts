import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { call, connectTo, eventually } from "../agent.ts";
import type { Row } from "../cell.ts";

const agent = "MatrixParent";

const calls: Row = {
  name: "sub-agent-calls",
  async run(cell) {
    using parent = await connectTo(cell, { agent });
    const child = (method: string, ...args: unknown[]) =>
      call(parent.client, "child", "c 1", method, ...args);
    assert.deepEqual(await child("who"), ["c 1", [cell.name]]);
    assert.equal(await child("askParent", "why"), `${cell.name} answers why`);
    assert.equal(await child("remember", "k", "v"), "v");
    assert.equal(await child("grandchild", "g", "k", "deep"), "deep");
    assert.equal(await child("remember", "k"), "v");
    assert.deepEqual(await call(parent.client, "children"), ["c 1"]);
  },
};

const routing: Row = {
  name: "sub-agent-routing",
  async run(cell) {
    const path = "sub/matrix-child/c%201";
    const url = new URL(`/agents/matrix-parent/${cell.name}/${path}/leaf`, cell.url);
    const answer = await fetch(url, { method: "POST", body: "sent" });
    assert.equal(await answer.text(), "c 1 POST /leaf sent");
    const identities: unknown[] = [];
    using child = await connectTo(cell, {
      agent,
      path,
      onIdentity: (name: string, kind: string) => identities.push([name, kind]),
    });
    assert.deepEqual(identities, [["c 1", "matrix-child"]]);
    assert.deepEqual(await call(child.client, "who"), ["c 1", [cell.name]]);
    child.client.send("hello");
    await eventually("the echo", () => child.messages.includes("child c 1 got hello"));
    await eventually("the state", () => child.states.length > 0);
  },
};

const work: Row = {
  name: "sub-agent-work",
  async run(cell) {
    using parent = await connectTo(cell, { agent });
    using child = await connectTo(cell, { agent, path: "sub/matrix-child/w" });
    assert.equal(await call(parent.client, "child", "w", "wakeLater", 1), 1);
    await call(parent.client, "child", "w", "enqueue", "item");
    const events = () =>
      (child.states.at(-1)?.[0] as unknown as { events: readonly string[] } | undefined)?.events;
    const seen = await eventually("both", () => {
      const all = events();
      return all !== undefined && all.length === 2 && all;
    });
    assert.deepEqual([...seen].sort(), ["queued item", "woken w"]);
  },
};

const endings: Row = {
  name: "sub-agent-endings",
  async run(cell) {
    using parent = await connectTo(cell, { agent });
    const remember = (name: string, ...args: unknown[]) =>
      call(parent.client, "child", name, "remember", "k", ...args);
    await remember("kept", "1");
    await remember("gone", "2");
    await call(parent.client, "interrupt", "kept");
    assert.equal(await remember("kept"), "1");
    assert.equal(await call(parent.client, "remove", "gone"), false);
    assert.deepEqual(await call(parent.client, "children"), ["kept"]);
    assert.equal(await remember("gone"), "nothing");
  },
};

/** What a facet has stored outlives the server. */
const restart: Row = {
  name: "sub-agent-restart",
  async before(cell) {
    using parent = await connectTo(cell, { agent });
    await call(parent.client, "child", "c", "remember", "k", "v");
    await call(parent.client, "child", "c", "grandchild", "g", "k", "deep");
  },
  async run(cell) {
    using parent = await connectTo(cell, { agent });
    assert.equal(await call(parent.client, "child", "c", "remember", "k"), "v");
    assert.equal(await call(parent.client, "child", "c", "grandchild", "g", "k"), "deep");
  },
};

/** What the outermost agent knows of fibers outlives the server; nobody asks the agents inside. */
const fibers: Row = {
  name: "sub-agent-fibers",
  async before(cell) {
    using parent = await connectTo(cell, { agent });
    await call(parent.client, "child", "f", "leaveFiber", "outer");
    await call(parent.client, "child", "f", "grandchildFiber", "g", "inner");
    assert.equal(await call(parent.client, "fibers"), 2);
  },
  async run(cell) {
    using parent = await connectTo(cell, { agent });
    for (let round = 0; round < 1000; round++) {
      if ((await call(parent.client, "fibers")) === 0) break;
      await delay(50);
    }
    assert.equal(await call(parent.client, "fibers"), 0);
    const heard = (await call(parent.client, "heard")) as string[];
    assert.deepEqual(heard.sort(), ['f outer {"of":"outer"}', 'g inner {"of":"inner"}']);
  },
};

export const subAgentRows: readonly Row[] = [calls, routing, work, endings, restart, fibers];
