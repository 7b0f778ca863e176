import assert from "node:assert/strict";
import { within } from "../agent.ts";
import type { Cell, Row } from "../cell.ts";

function fetchAgent(cell: Cell, agent: string, path = "", init?: RequestInit): Promise<Response> {
  const { agentFetch } = cell.client;
  const address = { agent, name: cell.name, host: cell.url.host, protocol: "http" as const };
  return within(60_000, "agentFetch", agentFetch({ ...address, ...(path && { path }) }, init));
}

const http: Row = {
  name: "http",
  async run(cell) {
    const got = await fetchAgent(cell, "matrix-agent");
    assert.equal(got.status, 200);
    assert.deepEqual(await got.json(), { name: cell.name, method: "GET", body: "", count: 0 });
    const posted = await fetchAgent(cell, "MatrixAgent", "", { method: "POST", body: "sent" });
    const answer = (await posted.json()) as { method: string; body: string };
    assert.deepEqual([answer.method, answer.body], ["POST", "sent"]);
  },
};

const handlerThrows: Row = {
  name: "handler-throws",
  async run(cell) {
    const thrown = await fetchAgent(cell, "matrix-agent", "throw");
    assert.equal(thrown.status, 500);
    assert.equal((await fetchAgent(cell, "matrix-agent")).status, 200);
  },
};

const unknownAgent: Row = {
  name: "unknown-agent",
  async run(cell) {
    const unknown = await fetchAgent(cell, "nobody");
    assert.deepEqual([unknown.status, await unknown.text()], [400, "Invalid request"]);
    for (const path of ["/", "/agents", "/agents/matrix-agent", "/elsewhere"]) {
      const answer = await fetch(new URL(path, cell.url));
      assert.deepEqual([path, answer.status, await answer.text()], [path, 404, "no such agent"]);
    }
  },
};

export const httpRows: readonly Row[] = [http, handlerThrows, unknownAgent];
