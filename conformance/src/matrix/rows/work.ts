import assert from "node:assert/strict";
import { type Connected, call, connectTo, eventually, within } from "../agent.ts";
import type { Cell, Row } from "../cell.ts";

const agent = "MatrixWork";

/** Waits until the agent's log is so long, and answers it. */
async function eventsOf({ states }: Connected, count: number): Promise<readonly string[]> {
  const log = () => (states.at(-1)?.[0] as unknown as { events: readonly string[] })?.events;
  return eventually(`${count} events`, () => {
    const events = log();
    return events !== undefined && events.length >= count && events;
  });
}

function fetchWork({ url, name }: Cell, path = ""): Promise<Response> {
  return within(60_000, path, fetch(new URL(`/agents/matrix-work/${name}${path}`, url)));
}

const queue: Row = {
  name: "queue",
  async run(cell) {
    using client = await connectTo(cell, { agent });
    const second = await call(client.client, "enqueue", "one", "two", "three");
    assert.deepEqual(second, { text: "two" });
    assert.deepEqual(await eventsOf(client, 3), [
      "one by onItem",
      "two by onItem",
      "three by onItem",
    ]);
  },
};

const retries: Row = {
  name: "retries",
  async run(cell) {
    using client = await connectTo(cell, { agent });
    assert.deepEqual(await call(client.client, "tryThrice"), ["done at 3", 3]);
    await call(client.client, "failTwiceLater");
    assert.deepEqual(await eventsOf(client, 1), ["unsure after 3"]);
  },
};

const repeating = (kind: "interval" | "cron"): Row => ({
  name: kind,
  async run(cell) {
    using client = await connectTo(cell, { agent });
    assert.deepEqual(await call(client.client, "repeat", kind), [kind, 1]);
    assert.deepEqual(await eventsOf(client, 2), [`${kind} ${kind}`, `${kind} ${kind}`]);
    assert.equal(await call(client.client, "pending"), 0);
  },
});

const keepAlive: Row = {
  name: "keep-alive",
  async run(cell) {
    using client = await connectTo(cell, { agent });
    assert.deepEqual(await call(client.client, "hold"), [false, true]);
    assert.equal(await call(client.client, "letGo"), true);
  },
};

const byName: Row = {
  name: "by-name",
  async run({ url, name }) {
    const answer = await fetch(new URL(`/by-name/${name}`, url));
    const expected = [`hello worker, this is ${name}`, ["props arrived"]];
    assert.deepEqual(await answer.json(), expected);
  },
};

const startFails: Row = {
  name: "start-fails",
  async run(cell) {
    assert.equal(await (await fetchWork(cell, "/fail-starts?times=1")).text(), "armed");
    const statuses: number[] = [];
    // Until the reset, and a start that fails, and one that does not.
    for (;;) {
      const answer = await fetchWork(cell);
      statuses.push(answer.status);
      const text = await answer.text();
      if (text === '{"events":[],"failedStarts":1}') break;
      assert.ok(statuses.length < 50, `it did not recover: ${statuses} ${text}`);
    }
    assert.ok(statuses.includes(500), "nobody was told of the start that failed");
    assert.ok(
      statuses.every((status) => status === 200 || status === 500),
      `${statuses}`,
    );
  },
};

const destroy: Row = {
  name: "destroy",
  async run(cell) {
    {
      using client = await connectTo(cell, { agent });
      await call(client.client, "enqueue", "before");
      await eventsOf(client, 1);
      await call(client.client, "repeat", "interval");
    }
    assert.equal(await (await fetchWork(cell, "/destroy")).text(), "destroyed");
    using client = await connectTo(cell, { agent });
    assert.deepEqual(await call(client.client, "events"), []);
    assert.equal(await call(client.client, "pending"), 0);
    await call(client.client, "enqueue", "after");
    assert.deepEqual(await eventsOf(client, 1), ["after by onItem"]);
  },
};

const hono: Row = {
  name: "hono",
  async run(cell) {
    const plain = await fetch(new URL("/hono/plain", cell.url));
    assert.equal(await plain.text(), "from hono");
    for (const prefix of ["hono", "own-hono"]) await useHono(cell, prefix);
  },
};
/** Uses an agent in the application of Hono, behind the middleware that this prefix has. */
async function useHono(cell: Cell, prefix: string): Promise<void> {
  const path = `/${prefix}/matrix-agent/${cell.name}-${prefix}`;
  const get = (to: string, headers: Record<string, string> = {}) =>
    fetch(new URL(to, cell.url), { headers });
  const refused = await get(path, { "x-refuse": "1" });
  assert.deepEqual([refused.status, await refused.text()], [401, "refused"]);
  const { name } = (await (await get(path)).json()) as { name: string };
  assert.equal(name, `${cell.name}-${prefix}`);
  using client = await connectTo({ ...cell, name }, { prefix });
  assert.equal(await call(client.client, "add", 2, 3), 5);
  assert.equal((await get(`/${prefix}/nothing`)).status, 404);
}

export const workRows: readonly Row[] = [
  queue,
  retries,
  repeating("interval"),
  repeating("cron"),
  keepAlive,
  byName,
  startFails,
  destroy,
  hono,
];
