import { expect, test } from "vitest";
import { TestClock } from "../../test/support/fakes.ts";
import { sendAgentEmail } from "./send.ts";
import type { EmailSendBinding, SendEmailOptions } from "./types.ts";

const identity = { agentName: "support-agent", agentId: "ticket-7" };

async function send(options: Partial<SendEmailOptions>) {
  const sent: unknown[] = [];
  const binding = {
    async send(message: unknown) {
      sent.push(message);
      return { messageId: "<sent@x>" };
    },
  } as EmailSendBinding;
  const base = { binding, to: "ada@example.test", from: "bot@agents.test", subject: "S" };
  const result = await sendAgentEmail({ ...base, ...options }, identity, new TestClock());
  return [sent[0], result];
}

test("what is sent has the agent's headers, and only what was asked for", async () => {
  expect(await send({ text: "T" })).toEqual([
    {
      from: "bot@agents.test",
      to: "ada@example.test",
      subject: "S",
      text: "T",
      headers: { "X-Agent-Name": "support-agent", "X-Agent-ID": "ticket-7" },
    },
    { messageId: "<sent@x>" },
  ]);
});

test("headers are merged: the agent's own and inReplyTo go before", async () => {
  const headers = {
    "x-agent-name": "somebody",
    "X-AGENT-SIG": "forged",
    "in-reply-to": "<0@x>",
    "X-Topic": "seven",
  };
  const everything = {
    from: { email: "bot@agents.test", name: "Bot" },
    to: ["Ada <ada@example.test>", "bob@example.test"],
    replyTo: { email: "desk@agents.test" },
    ...{ cc: "cc@example.test", bcc: ["bcc@example.test"], html: "<p>" },
  };
  const [sent] = await send({ ...everything, headers, inReplyTo: "<1@x>", secret: "s" });
  expect(sent).toEqual({
    ...everything,
    subject: "S",
    replyTo: "desk@agents.test",
    headers: {
      "X-Topic": "seven",
      "In-Reply-To": "<1@x>",
      "X-Agent-Name": "support-agent",
      "X-Agent-ID": "ticket-7",
      "X-Agent-Sig": expect.stringMatching(/^[\w+/]{43}=$/),
      "X-Agent-Sig-Ts": "1000000000",
    },
  });
});

const injected = "x\r\nBcc: eve@example.test";
test.each<[string, Partial<SendEmailOptions>, string]>([
  ["no binding", { binding: undefined as never }, "email_binding_missing"],
  ["an empty secret", { secret: "" }, "email_secret_missing"],
  ["a recipient", { to: ["a@b.test", `a@b.test${injected}`] }, "invalid_email_address"],
  ["a copy", { cc: `A <a@b.test>${injected}` }, "invalid_email_address"],
  ["a blind copy", { bcc: "nobody" }, "invalid_email_address"],
  ["a sender", { from: { email: injected } }, "invalid_email_address"],
  ["a sender's name", { from: { email: "a@b.test", name: injected } }, "invalid_email_header"],
  ["no sender", { from: undefined as never }, "invalid_email_address"],
  ["an address to reply to", { replyTo: "<>" }, "invalid_email_address"],
  ["a subject", { subject: injected }, "invalid_email_header"],
  ["no subject", { subject: undefined as never }, "invalid_email_header"],
  ["an id", { inReplyTo: injected }, "invalid_email_header"],
  ["a header", { headers: { "X-A": injected } }, "invalid_email_header"],
  ["a header's name", { headers: { "X-A: x\r\nBcc": "e" } }, "invalid_email_header"],
])("%s that cannot be sent is refused by code", async (_what, options, code) => {
  await expect(send(options)).rejects.toMatchObject({ code });
});
