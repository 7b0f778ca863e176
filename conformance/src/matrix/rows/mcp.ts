import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { call, connectTo, within } from "../agent.ts";
import type { Cell, Row } from "../cell.ts";

const later = "MCP";

/** The official client, connected to a path of the cell's Worker. */
async function open({ url }: Cell, path: string) {
  const client = new Client({ name: "matrix", version: "1.0.0" });
  const transport = new StreamableHTTPClientTransport(new URL(path, url));
  await within(60_000, "initialize", client.connect(transport));
  return { client, transport, [Symbol.asyncDispose]: () => client.close() };
}

const server: Row = {
  name: "mcp-server",
  later,
  async run(cell) {
    await using one = await open(cell, "/mcp");
    await using other = await open(cell, "/mcp");
    const add = (client: Client, amount: number) =>
      within(60_000, "add", client.callTool({ name: "add", arguments: { amount } }));
    assert.deepEqual(
      (await one.client.listTools()).tools.map(({ name }) => name),
      ["add"],
    );
    await add(one.client, 2);
    assert.deepEqual((await add(one.client, 3)).content, [{ type: "text", text: "total 5" }]);
    // Each session has an agent of its own.
    assert.deepEqual((await add(other.client, 1)).content, [{ type: "text", text: "total 1" }]);
    const { contents } = await one.client.readResource({ uri: "note://one" });
    assert.equal((contents[0] as { text?: string }).text, "a note");
    await assert.rejects(within(60_000, "a wrong tool", failing(one.client)));
    await one.transport.terminateSession();
  },
};

async function failing(client: Client): Promise<void> {
  const { isError } = await client.callTool({ name: "nothing", arguments: {} });
  if (isError) throw new Error("an error, as a result");
}

const stateless: Row = {
  name: "mcp-stateless",
  later,
  async run(cell) {
    await using it = await open(cell, "/mcp-stateless");
    const { content } = await within(
      60_000,
      "shout",
      it.client.callTool({ name: "shout", arguments: { text: "quiet" } }),
    );
    assert.deepEqual(content, [{ type: "text", text: "QUIET" }]);
  },
};

const asClient: Row = {
  name: "mcp-client",
  later,
  async run(cell) {
    using agent = await connectTo(cell, { agent: "PublishedMcpClient" });
    for (const [path, tool, args, text] of [
      ["/mcp", "add", { amount: 4 }, "total 4"],
      ["/mcp-stateless", "shout", { text: "again" }, "AGAIN"],
    ] as const) {
      const url = new URL(path, cell.url).href;
      const used = await call(agent.client, "use", url, tool, args);
      assert.deepEqual(used, ["ready", [tool], [{ type: "text", text }]]);
      assert.equal(await call(agent.client, "forget"), 0);
    }
  },
};

export const mcpRows: readonly Row[] = [server, stateless, asClient];
