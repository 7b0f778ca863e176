import assert from "node:assert/strict";
import { call, connectTo, eventually } from "../agent.ts";
import type { Cell, Row } from "../cell.ts";

const agent = "MatrixMail";
const from = "ada@example.test";

function deliver(
  { url }: Cell,
  to: string,
  subject: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const address = new URL("/cdn-cgi/handler/email", url);
  address.search = new URLSearchParams({ from, to }).toString();
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const raw = [
    `From: ${from}`,
    `To: ${to}`,
    "Message-ID: <one@example.test>",
    `Subject: ${subject}`,
    ...lines,
    "",
    "the text",
  ];
  return fetch(address, { method: "POST", body: raw.join("\r\n") });
}

/** Whether a delivery was accepted; what else happened fails the row. */
async function isAccepted(delivery: Promise<Response>): Promise<boolean> {
  const response = await delivery;
  if (response.status === 400) return false;
  assert.equal(response.status, 200, await response.text());
  return true;
}

const email: Row = {
  name: "email",
  async run(cell) {
    const name = cell.name.toLowerCase();
    const to = `${name}@agents.test`;
    assert.equal(await isAccepted(deliver(cell, to, "a question")), true);
    assert.equal(await isAccepted(deliver(cell, to, "refuse me")), false);
    const automatic = { Precedence: "bulk" };
    assert.equal(await isAccepted(deliver(cell, to, "no answer please", automatic)), true);
    assert.equal(await isAccepted(deliver(cell, `${name}@nowhere.test`, "lost")), false);
    using client = await connectTo({ ...cell, name }, { agent });
    assert.deepEqual(await call(client.client, "received"), [
      { from, subject: "a question", text: "the text" },
      { from, subject: "refuse me", text: "the text" },
      { from, subject: "no answer please", text: "the text" },
    ]);
  },
};

interface Written {
  readonly sent: readonly { readonly headers: Readonly<Record<string, string>> }[];
  readonly messageId: string;
}

/** An agent sends; the answer to it finds the agent by signature alone. */
const signed: Row = {
  name: "email-signed",
  async run(cell) {
    const name = cell.name.toLowerCase();
    using client = await connectTo({ ...cell, name }, { agent });
    const { sent, messageId } = (await call(client.client, "write", from)) as Written;
    assert.equal(messageId, "<sent@agents.test>");
    const headers = sent[0]?.headers ?? {};
    const { "X-Agent-Sig": signature = "", "X-Agent-Sig-Ts": time, ...others } = headers;
    assert.match(signature, /^[\w+/]{43}=$/);
    assert.match(time ?? "", /^\d{10}$/);
    assert.deepEqual(others, {
      "In-Reply-To": "<one@example.test>",
      "X-Topic": "seven",
      "X-Agent-ID": name,
      "X-Agent-Name": "matrix-mail",
    });
    const to = "anybody@signed.test";
    const agentHeaders = Object.fromEntries(
      Object.entries(headers).filter(([header]) => header.startsWith("X-Agent-")),
    );
    const answered = (changed: Record<string, string>) =>
      isAccepted(deliver(cell, to, "an answer", { ...agentHeaders, ...changed }));
    assert.equal(await answered({}), true);
    assert.equal(await answered({ "X-Agent-ID": "another" }), false);
    assert.equal(await answered({ "X-Agent-Sig-Ts": "1600000000" }), false);
    assert.equal(await isAccepted(deliver(cell, to, "unsigned")), false);
    assert.deepEqual(await call(client.client, "received"), [
      { from, subject: "an answer", text: "the text" },
    ]);
  },
};

/** An agent sends through bindings of the host, which hold to whom they may send to. */
const sending: Row = {
  name: "email-send",
  async run(cell) {
    using client = await connectTo(cell, { agent });
    const post = (to: string, binding: string) => call(client.client, "post", to, binding);
    assert.match(String(await post("other@dest.test", "EMAIL")), /^<.+@own\.test>$/);
    assert.match(String(await post("one@dest.test", "EMAIL_TO_ONE")), /^<.+@own\.test>$/);
    await assert.rejects(
      post("other@dest.test", "EMAIL_TO_ONE"),
      /email to other@dest\.test not allowed/,
    );
  },
};

const scheduled: Row = {
  name: "scheduled",
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

export const mailRows: readonly Row[] = [email, signed, sending, scheduled];
