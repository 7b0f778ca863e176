import assert from "node:assert/strict";
import { call, connectTo, eventually } from "../agent.ts";
import type { Cell, Row } from "../cell.ts";

const agent = "PublishedMail";
const later = "email";

function deliver({ url }: Cell, to: string, subject: string): Promise<Response> {
  const address = new URL("/cdn-cgi/handler/email", url);
  address.search = new URLSearchParams({ from: "ada@example.test", to }).toString();
  const raw = [
    "From: ada@example.test",
    `To: ${to}`,
    "Message-ID: <one@example.test>",
    `Subject: ${subject}`,
    "",
    "the text",
  ];
  return fetch(address, { method: "POST", body: raw.join("\r\n") });
}

const email: Row = {
  name: "email",
  later,
  async run(cell) {
    const name = cell.name.toLowerCase();
    const answer = await deliver(cell, `${name}@agents.test`, "a question");
    assert.equal(answer.status, 200, await answer.clone().text());
    const refused = await deliver(cell, `${name}@agents.test`, "refuse me");
    assert.equal(refused.status, 400);
    const unknown = await deliver(cell, `${name}@nowhere.test`, "lost");
    assert.equal(unknown.status, 400);
    using client = await connectTo({ ...cell, name }, { agent });
    const from = "ada@example.test";
    assert.deepEqual(await call(client.client, "received"), [
      { from, subject: "a question", text: "the text" },
      { from, subject: "refuse me", text: "the text" },
    ]);
  },
};

const scheduled: Row = {
  name: "scheduled",
  later,
  async run(cell) {
    const address = new URL("/cdn-cgi/handler/scheduled", cell.url);
    address.searchParams.set("cron", cell.name);
    assert.equal((await fetch(address)).status, 200);
    using client = await connectTo(
      { ...cell, name: `scheduled-${cell.name}` },
      { agent: "MatrixWork" },
    );
    await eventually("the event", () =>
      client.messages.some((message) => message.includes("scheduled by onItem")),
    );
  },
};

export const mailRows: readonly Row[] = [email, scheduled];
