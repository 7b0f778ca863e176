import PostalMime from "postal-mime";
import { beforeEach, describe, expect, test } from "vitest";
import { TestClock } from "../../test/support/fakes.ts";
import type { AgentEmail } from "../context.ts";
import { systemRandom } from "../random.ts";
import { sendReply } from "./reply.ts";
import { secureReplyResolver } from "./resolvers.ts";
import type { ReplyOptions } from "./types.ts";

const identity = { agentName: "support-agent", agentId: "ticket-7" };
const clock = new TestClock();
const sent: { from: string; to: string; raw: string }[] = [];

beforeEach(() => {
  sent.length = 0;
});

function email(headers: Record<string, string>, more: Partial<AgentEmail> = {}): AgentEmail {
  return {
    from: "ada@example.test",
    to: "support@agents.test",
    headers: new Headers(headers),
    rawSize: 1,
    getRaw: async () => new Uint8Array(),
    setReject: () => undefined,
    forward: async () => ({ messageId: "" }),
    async reply(message) {
      sent.push(message);
      return { messageId: "" };
    },
    ...more,
  };
}

const asked = { subject: "a question", "message-id": "<1@example.test>" };

async function reply(to: AgentEmail, options: Partial<ReplyOptions> = {}, who = identity) {
  const ports = { identity: who, clock, random: systemRandom };
  await sendReply(to, { fromName: "Support", body: "yes", ...options }, ports);
  return PostalMime.parse(sent.at(-1)?.raw ?? "");
}

const header = (read: Awaited<ReturnType<typeof reply>>, name: string) =>
  read.headers.find(({ key }) => key === name)?.value;

describe("a reply", () => {
  test("goes back within its thread, each with an id of its own", async () => {
    const read = await reply(email({ ...asked, references: "<-1@x> <0@x>" }));
    expect(read).toMatchObject({
      from: { address: "support@agents.test", name: "Support" },
      to: [{ address: "ada@example.test" }],
      subject: "Re: a question",
      inReplyTo: "<1@example.test>",
      references: "<-1@x> <0@x> <1@example.test>",
      text: "yes\n",
    });
    expect(read.messageId).toMatch(/^<[\w-]{21}@agents\.test>$/);
    const again = await reply(email(asked));
    expect(again.messageId).not.toBe(read.messageId);
  });

  test.each([
    ["Re: a question", "Re: a question"],
    ["RE: a question", "RE: a question"],
    ["=?utf-8?B?aMOkbGxv?=", "Re: hällo"],
    ["=?utf-8?B?YQ0KQmNjOiBl?=", "Re: a Bcc: e"],
    ["", "Re:"],
  ])("to the subject %j has the subject %j", async (subject, expected) => {
    const read = await reply(email({ subject }));
    expect(read.subject).toBe(expected);
    expect(read.bcc).toBeUndefined();
  });

  test("to an e-mail without an id names none; a hostile thread is cut short", async () => {
    const plain = await reply(email({ subject: "x" }));
    expect([plain.inReplyTo, plain.references]).toEqual([undefined, undefined]);
    const references = Array.from({ length: 500 }, (_, index) => `<${index}@x> garbage`).join(" ");
    const long = await reply(email({ ...asked, references }));
    const ids = long.references?.split(" ") ?? [];
    expect(ids).toHaveLength(20);
    expect(ids.slice(-2)).toEqual(["<499@x>", "<1@example.test>"]);
  });

  test("with a secret finds its agent again, and nobody else's headers do", async () => {
    const headers = { "x-agent-id": "somebody", "X-AGENT-SIG": "forged", "X-Topic": "seven" };
    const read = await reply(email(asked), { secret: "s", headers });
    expect(header(read, "x-topic")).toBe("seven");
    const back = new Headers(read.headers.map(({ key, value }) => [key, value]));
    const resolver = secureReplyResolver("s", {}, clock);
    const route = await resolver({ headers: back } as ForwardableEmailMessage, {});
    expect(route).toEqual({ ...identity, _secureRouted: true });
  });

  test.each(["grüße 👋", "a\r\nBcc eve@example.test", "=?utf-8?B?YQ==?=", "a%20b c"])(
    "by the agent %j finds it again",
    async (agentId) => {
      const read = await reply(email(asked), { secret: "s" }, { ...identity, agentId });
      expect(read.bcc).toBeUndefined();
      const back = new Headers(read.headers.map(({ key, value }) => [key, value]));
      const resolver = secureReplyResolver("s", {}, clock);
      const route = await resolver({ headers: back } as ForwardableEmailMessage, {});
      expect(route).toMatchObject({ agentId });
    },
  );

  test("to a signed e-mail is signed, or says that it is not", async () => {
    const signed = email(asked, { _secureRouted: true });
    await expect(reply(signed)).rejects.toMatchObject({
      code: "email_secret_missing",
      message: expect.stringContaining("You must pass a secret to replyToEmail()"),
    });
    await expect(reply(signed, { secret: "" })).rejects.toMatchObject({
      code: "email_secret_missing",
    });
    expect(sent).toEqual([]);
    expect(header(await reply(signed, { secret: null }), "x-agent-sig")).toBeUndefined();
    expect(header(await reply(signed, { secret: "s" }), "x-agent-sig")).toHaveLength(44);
  });

  test("has the headers, subject and type that it is given", async () => {
    const headers = { "Message-ID": "<mine@agents.test>", "in-reply-to": "<2@x>" };
    const contentType = "text/html";
    const read = await reply(email(asked), { subject: "S", body: "<p>1", contentType, headers });
    expect(read).toMatchObject({
      subject: "S",
      html: "<p>1\n",
      messageId: "<mine@agents.test>",
      inReplyTo: "<2@x>",
    });
  });

  test("to a bounce is refused: it has no sender", async () => {
    const bounce = reply(email(asked, { from: "" }));
    await expect(bounce).rejects.toMatchObject({ code: "invalid_email_address" });
  });
});
