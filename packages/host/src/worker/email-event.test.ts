import { beforeAll, describe, expect, test } from "vitest";
import { Mailer } from "../email/mailer.ts";
import { sentBy } from "../email/testing/sent.ts";
import { installGlobals } from "../globals/install.ts";
import { ForwardableEmailMessage } from "./email-event.ts";

beforeAll(installGlobals);

const { sent, mailer } = sentBy();

function message(text: string, { from = "a@x.test", to = "b@y.test" } = {}) {
  return new ForwardableEmailMessage({ from, to, raw: new TextEncoder().encode(text) }, mailer);
}

const QUESTION = "Message-ID: <1@x.test>\r\nSubject: x\r\n\r\nwell?";

function answer(headers: Readonly<Record<string, string>> = {}) {
  const all = { From: "b@y.test", "Message-ID": "<2@y.test>", "In-Reply-To": "<1@x.test>" };
  const lines = Object.entries({ ...all, ...headers }).map(([name, value]) => `${name}: ${value}`);
  return { from: "b@y.test", to: "a@x.test", raw: `${lines.join("\r\n")}\r\n\r\nyes` };
}

describe("a message that comes in", () => {
  test("has its headers unfolded, and its text whole", async () => {
    const text = "Subject: one\r\n two\r\nX-Many: 1\r\nX-Many: 2\r\nno header\r\n\r\nSubject: body";
    const email = message(text);
    expect([...email.headers]).toEqual([
      ["subject", "one two"],
      ["x-many", "1, 2"],
    ]);
    expect(email.rawSize).toBe(text.length);
    expect(await new Response(email.raw).text()).toBe(text);
  });

  test("may hold anything where headers are expected", () => {
    expect([...message("").headers]).toEqual([]);
    expect([...message("\0: x\n(odd): y\nok: z\0\n: nothing").headers]).toEqual([]);
  });

  test("is answered and passed on by the transport, and remembers it", async () => {
    const email = message(QUESTION);
    const { raw, ...envelope } = answer();
    const reply = { ...envelope, raw: new Blob([raw]).stream() };
    expect(await email.reply(reply)).toEqual({ messageId: "<2@y.test>" });
    const added = new Headers({ "x-extra": "1" });
    expect(await email.forward("c@z.test", added)).toEqual({ messageId: "<1@x.test>" });
    email.setReject("no room");
    expect(email.outcome).toMatchObject({
      rejected: "no room",
      forwarded: [{ to: "c@z.test" }],
      replies: [{ from: "b@y.test", to: "a@x.test", raw }],
    });
    expect(sent.splice(0)).toEqual([
      {
        ...{ kind: "reply", binding: undefined, messageId: "<2@y.test>" },
        ...{ from: "b@y.test", to: ["a@x.test"], text: raw },
      },
      {
        ...{ kind: "forward", binding: undefined, messageId: "<1@x.test>" },
        ...{ from: "b@y.test", to: ["c@z.test"], text: `x-extra: 1\r\n${QUESTION}` },
      },
    ]);
  });

  test("is answered with fields, too: the answer stays in the thread", async () => {
    const email = message(`References: <0@x.test>\r\n${QUESTION}`);
    const fields = { from: { email: "b@y.test", name: "B" }, subject: "Re: x", text: "yes" };
    const { messageId } = await email.reply({ ...fields, to: "eve@z.test", bcc: "eve@z.test" });
    expect(sent).toMatchObject([{ kind: "reply", messageId, to: ["a@x.test"] }]);
    const text = `\r\n${sent.splice(0)[0]?.text}`;
    expect(text).toContain("\r\nIn-Reply-To: <1@x.test>\r\n");
    expect(text).toContain("\r\nReferences: <0@x.test> <1@x.test>\r\n");
    expect(text).toContain("From: B <b@y.test>\r\nTo: a@x.test\r\n");
  });

  test.each([
    ["Auto-Submitted: auto-replied\r\n", {}],
    ["X-Auto-Response-Suppress: All\r\n", {}],
    [`References: ${"<r@x.test> ".repeat(101)}\r\n`, {}],
    ["", { from: "<>" }],
    ["", { from: "" }],
  ])("that machines wrote is not answered: %j %j", async (header, envelope) => {
    const email = message(`${header}${QUESTION}`, envelope);
    await expect(email.reply(answer())).rejects.toThrow("Original email is not replyable");
    await expect(email.reply({ from: "b@y.test", subject: "" })).rejects.toThrow("not replyable");
    expect(email.outcome.replies).toEqual([]);
    expect(sent).toEqual([]);
  });

  test.each([
    [{ "In-Reply-To": "<other@x.test>" }, "In-Reply-To does not match original Message-ID"],
    [{ References: "<other@x.test>" }, "provided References header is invalid"],
    [{ From: "c@y.test" }, "From: header does not match mail from"],
    [{ "Message-ID": "" }, "invalid message-id"],
    [{ Received: "by x" }, "invalid headers set"],
  ])("an answer with %j is refused", async (headers, text) => {
    await expect(message(QUESTION).reply(answer(headers))).rejects.toThrow(text);
    expect(sent).toEqual([]);
  });

  test.each([[undefined], ["text"]])("a reply must be a message: %o", async (it) => {
    const refused = { code: "EMAIL_REPLY_INVALID" };
    await expect(message(QUESTION).reply(it)).rejects.toMatchObject(refused);
    await expect(message(QUESTION).reply({ subject: "x" })).rejects.toMatchObject({
      code: "E_FIELD_MISSING",
    });
  });

  test.each<[string, Record<string, string>, string]>([
    ["nobody", {}, "E_VALIDATION_ERROR"],
    ["c@z.test\r\nDATA", {}, "E_VALIDATION_ERROR"],
    ["c@z.test", { subject: "another" }, "E_HEADER_NOT_ALLOWED"],
  ])("is not passed on to %j with %j", async (to, headers, code) => {
    const email = message(QUESTION);
    await expect(email.forward(to, new Headers(headers))).rejects.toMatchObject({ code });
    expect(email.outcome.forwarded).toEqual([]);
    expect(sent).toEqual([]);
  });

  test("tells when its answer was not delivered", async () => {
    const broken = new Mailer({ send: () => Promise.reject(new Error("no")) }, mailer.writing);
    const raw = new TextEncoder().encode(QUESTION);
    const email = new ForwardableEmailMessage({ from: "a@x.test", to: "b@y.test", raw }, broken);
    await expect(email.reply(answer())).rejects.toMatchObject({ code: "E_DELIVERY_FAILED" });
    expect(email.outcome.replies).toEqual([]);
  });

  test("may have 25 MiB and no more", () => {
    const make = (bytes: number) =>
      new ForwardableEmailMessage({ from: "a", to: "b", raw: new Uint8Array(bytes) }, mailer);
    expect(make(26_214_400).rawSize).toBe(26_214_400);
    expect(() => make(26_214_401)).toThrow("25 MiB");
  });
});
