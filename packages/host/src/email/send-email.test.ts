import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SendEmailConfig } from "../config/wrangler.ts";
import { installGlobals } from "../globals/install.ts";
import { EmailMessage } from "../modules/email.ts";
import { readEmail } from "./read.ts";
import { SendEmail } from "./send-email.ts";
import { sentBy } from "./testing/sent.ts";

beforeAll(installGlobals);

const { sent, mailer } = sentBy();
beforeEach(() => {
  sent.length = 0;
});

const binding = (config: Partial<SendEmailConfig> = {}) =>
  new SendEmail({ name: "EMAIL", ...config }, mailer);
const email = { from: "bot@a.test", to: "ada@b.test", subject: "S", text: "T" };
const RAW = "From: bot@a.test\r\nMessage-ID: <1@a.test>\r\n\r\nT";
const written = (raw: string, from = "bot@a.test", to = "ada@b.test") =>
  new EmailMessage(from, to, raw);

/** What was sent, as its reader sees it. */
async function read() {
  return readEmail(Buffer.from(sent[0]?.text ?? "", "utf8"));
}

describe("fields", () => {
  test("become a message that readers read", async () => {
    const { messageId } = await binding().send({
      from: { email: "bot@a.test", name: 'Bøt "the" bot' },
      to: ["ada@b.test", "Bob B. <bob@b.test>", { email: "cy@b.test", name: "Çy, Jr." }],
      cc: "di@b.test",
      bcc: ["eve@b.test"],
      replyTo: "desk@a.test",
      subject: `Füße ${"lang ".repeat(40)}`.trim(),
      text: "Grüße\n.\nFrom me\n",
      html: '<p>Grüße <img src="cid:logo"></p>',
      headers: { "X-Topic": "seven", "In-Reply-To": "<0@b.test>" },
      attachments: [
        { disposition: "attachment", filename: "ä.txt", type: "text/plain", content: "aGk=" },
        {
          ...{ disposition: "inline", contentId: "logo", filename: "logo.png" },
          ...{ type: "image/png", content: new Uint8Array([1, 2, 255]) },
        },
      ],
    });
    expect(messageId).toMatch(/^<[0-9a-f]{32}@a\.test>$/);
    expect(sent).toMatchObject([
      {
        ...{ kind: "send", binding: "EMAIL", messageId, from: "bot@a.test" },
        to: ["ada@b.test", "bob@b.test", "cy@b.test", "di@b.test", "eve@b.test"],
      },
    ]);
    const message = await read();
    expect(message).toMatchObject({
      from: 'Bøt "the" bot <bot@a.test>',
      to: ["ada@b.test", "Bob B. <bob@b.test>", "Çy, Jr. <cy@b.test>"],
      cc: ["di@b.test"],
      replyTo: ["desk@a.test"],
      subject: `Füße ${"lang ".repeat(40)}`.trim(),
      text: "Grüße\n.\nFrom me",
      html: '<p>Grüße <img src="cid:logo"></p>',
    });
    expect(message.headers).toMatchObject({
      "x-topic": "seven",
      "in-reply-to": "<0@b.test>",
      "message-id": messageId,
      date: expect.stringMatching(/\+0000$/),
    });
    const files = message.attachments.map((file) => [file.filename, [...file.content]]);
    expect(new Map(files as [string, number[]][])).toEqual(
      new Map([
        ["logo.png", [1, 2, 255]],
        ["ä.txt", [104, 105]],
      ]),
    );
    expect(sent[0]?.text).not.toMatch(/eve@b\.test|[^\r]\n/);
    expect(sent[0]?.text.split("\r\n").every((line) => line.length <= 998)).toBe(true);
  });

  test("are read when they are given", async () => {
    const content = new Uint8Array([1]);
    const file = { filename: "a", type: "x/y", content };
    const fields = { ...email, attachments: [file] };
    const done = binding().send(fields);
    fields.text = "later";
    content[0] = 2;
    await done;
    expect(await read()).toMatchObject({
      text: "T",
      attachments: [{ content: new Uint8Array([1]) }],
    });
  });

  test.each([
    [{ to: undefined, cc: "x@b.test" }, ["x@b.test"]],
    [{ to: [], bcc: "x@b.test" }, ["x@b.test"]],
    [{ subject: "", text: undefined }, ["ada@b.test"]],
    [{ headers: new Headers({ "x-a": "1" }) }, ["ada@b.test"]],
  ])("may be %j", async (fields, to) => {
    await binding().send({ ...email, ...fields });
    expect(sent).toMatchObject([{ to }]);
  });

  const injected = "x\r\nBcc: eve@e.test";
  const file = { filename: "a.txt", type: "text/plain", content: "aGk=" };
  test.each<[string, object, string]>([
    ["no sender", { from: undefined }, "E_FIELD_MISSING"],
    ["nobody to go to", { to: [] }, "E_FIELD_MISSING"],
    ["no subject", { subject: undefined }, "E_FIELD_MISSING"],
    ["a subject of two lines", { subject: injected }, "E_VALIDATION_ERROR"],
    ["a long subject", { subject: "s".repeat(999) }, "E_VALIDATION_ERROR"],
    ["a sender of two lines", { from: `bot@a.test${injected}` }, "E_VALIDATION_ERROR"],
    ["a name of two lines", { from: { email: "b@a.test", name: injected } }, "E_VALIDATION_ERROR"],
    ["a recipient of two lines", { to: [`ada@b.test${injected}`] }, "E_VALIDATION_ERROR"],
    ["two recipients in one", { to: "a@b.test, c@d.test" }, "E_VALIDATION_ERROR"],
    ["a nested recipient", { to: "A <b@c.test> <d@e.test>" }, "E_VALIDATION_ERROR"],
    ["no domain", { to: "ada" }, "E_VALIDATION_ERROR"],
    ["a copy that is none", { cc: 5 }, "E_VALIDATION_ERROR"],
    ["a blind copy that is none", { bcc: [{}] }, "E_VALIDATION_ERROR"],
    ["a wrong address for answers", { replyTo: "<>" }, "E_VALIDATION_ERROR"],
    ["text that is none", { text: 5 }, "E_VALIDATION_ERROR"],
    ["headers that are none", { headers: [["X-A", "1"]] }, "E_VALIDATION_ERROR"],
    ["a header of two lines", { headers: { "X-A": injected } }, "E_HEADER_VALUE_INVALID"],
    ["a header with NUL", { headers: { "X-A": "\0" } }, "E_HEADER_VALUE_INVALID"],
    ["a number as header", { headers: { "X-A": 5 } }, "E_HEADER_VALUE_INVALID"],
    ["a wrong name", { headers: { "X-A: 1\r\nBcc": "e" } }, "E_HEADER_NAME_INVALID"],
    ["a sender as header", { headers: { From: "x@y.test" } }, "E_HEADER_USE_API_FIELD"],
    ["a blind copy as header", { headers: { bcc: "x@y.test" } }, "E_HEADER_USE_API_FIELD"],
    ["an id of its own", { headers: { "message-id": "<1@x>" } }, "E_HEADER_NOT_ALLOWED"],
    ["many headers", { headers: { "X-A": "a".repeat(17_000) } }, "E_HEADERS_TOO_LARGE"],
    ["attachments that are none", { attachments: {} }, "E_VALIDATION_ERROR"],
    ["a file without a name", { attachments: [{ ...file, filename: "" }] }, "E_VALIDATION_ERROR"],
    [
      "a file named in lines",
      { attachments: [{ ...file, filename: injected }] },
      "E_VALIDATION_ERROR",
    ],
    ["a file without a type", { attachments: [{ ...file, type: "x" }] }, "E_VALIDATION_ERROR"],
    [
      "a type in lines",
      { attachments: [{ ...file, type: `a/b;${injected}` }] },
      "E_VALIDATION_ERROR",
    ],
    ["no base64", { attachments: [{ ...file, content: "plain text" }] }, "E_VALIDATION_ERROR"],
    [
      "no content",
      { attachments: [{ ...file, path: "/etc/passwd", content: undefined }] },
      "E_VALIDATION_ERROR",
    ],
    [
      "a file to fetch",
      { attachments: [{ ...file, content: { path: "/etc/passwd" } }] },
      "E_VALIDATION_ERROR",
    ],
    [
      "an inline file without an id",
      { attachments: [{ ...file, disposition: "inline" }] },
      "E_VALIDATION_ERROR",
    ],
    ["many files", { attachments: Array(101).fill(file) }, "E_TOO_MANY_ATTACHMENTS"],
    ["51 recipients", { to: Array(51).fill("a@b.test") }, "E_TOO_MANY_RECIPIENTS"],
    ["too much text", { text: "x".repeat(27_000_000) }, "E_CONTENT_TOO_LARGE"],
    [
      "too large once written",
      { attachments: [{ ...file, content: new Uint8Array(20_000_000) }] },
      "E_CONTENT_TOO_LARGE",
    ],
  ])("with %s are refused", async (_what, fields, code) => {
    await expect(binding().send({ ...email, ...fields })).rejects.toMatchObject({ code });
    expect(sent).toEqual([]);
  });

  test.each([[undefined], [null], ["text"], [5]])("that are %j are refused", async (message) => {
    await expect(binding().send(message)).rejects.toMatchObject({ code: "E_VALIDATION_ERROR" });
  });
});

describe("a message that a program wrote", () => {
  test.each<[string, () => unknown]>([
    ["text", () => RAW],
    ["bytes", () => new TextEncoder().encode(RAW)],
    ["a buffer", () => new TextEncoder().encode(RAW).buffer],
    ["a stream", () => new Response(RAW).body],
  ])("is sent as it is: %s", async (_kind, raw) => {
    const message = written(raw() as string);
    expect(await binding().send(message)).toEqual({ messageId: "<1@a.test>" });
    expect(sent).toMatchObject([{ from: "bot@a.test", to: ["ada@b.test"], text: RAW }]);
  });

  test.each<[string, EmailMessage, object]>([
    ["no id", written("From: bot@a.test\r\n\r\n"), { message: "invalid message-id" }],
    [
      "another sender",
      written(RAW, "x@a.test"),
      { message: "From: header does not match mail from" },
    ],
    ["a trace", written(`Received: x\r\n${RAW}`), { message: "invalid headers set" }],
    ["no recipient", written(RAW, "bot@a.test", "nobody"), { code: "E_VALIDATION_ERROR" }],
    ["commands", written(RAW, "bot@a.test", "a@b.test>\r\nDATA"), { code: "E_VALIDATION_ERROR" }],
    ["no text", written(undefined as never), { code: "E_VALIDATION_ERROR" }],
    ["too much", written(RAW + "x".repeat(26_214_400)), { code: "E_CONTENT_TOO_LARGE" }],
  ])("with %s is refused", async (_what, message, error) => {
    await expect(binding().send(message)).rejects.toMatchObject(error);
    expect(sent).toEqual([]);
  });

  test("may be a stream only as long as a message may be", async () => {
    let chunks = 0;
    let isCancelled = false;
    const raw = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        controller.enqueue(new Uint8Array(1024 * 1024));
      },
      cancel() {
        isCancelled = true;
      },
    });
    const message = new EmailMessage("bot@a.test", "ada@b.test", raw);
    await expect(binding().send(message)).rejects.toMatchObject({ code: "E_CONTENT_TOO_LARGE" });
    expect(isCancelled).toBe(true);
    expect(chunks).toBeLessThan(30);
  });
});

describe("a binding", () => {
  const only = { destinationAddress: "ops@b.test" };
  const some = { allowedDestinationAddresses: ["one@b.test", "two@b.test"] };
  const from = { allowedSenderAddresses: ["ok@a.test"] };
  test.each<[Partial<SendEmailConfig>, object]>([
    [only, { to: "ops@b.test" }],
    [only, { to: undefined }],
    [some, { to: ["one@b.test", { email: "two@b.test", name: "Two" }] }],
    [from, { from: { email: "ok@a.test", name: "Ok" } }],
  ])("%j sends %j", async (config, fields) => {
    await binding(config).send({ ...email, ...fields });
    expect(sent).toHaveLength(1);
  });

  test("with one recipient is enough for a message that names none", async () => {
    await binding(only).send(new EmailMessage("bot@a.test", undefined as never, RAW));
    expect(sent).toMatchObject([{ to: ["ops@b.test"] }]);
  });

  test.each<[Partial<SendEmailConfig>, object, string]>([
    [only, { to: "x@b.test" }, "email to x@b.test not allowed"],
    [only, { to: "OPS@b.test" }, "email to OPS@b.test not allowed"],
    [only, { to: "ops@b.test", cc: "x@b.test" }, "email to x@b.test not allowed"],
    [some, { to: ["one@b.test", "x@b.test"] }, "email to x@b.test not allowed"],
    [some, { to: "one@b.test", bcc: "x@b.test" }, "email to x@b.test not allowed"],
    [{ allowedDestinationAddresses: [] }, {}, "email to ada@b.test not allowed"],
    [from, {}, "email from bot@a.test not allowed"],
    [from, { from: "OK@a.test" }, "email from OK@a.test not allowed"],
    [{ ...from, ...only }, {}, "email from bot@a.test not allowed"],
  ])("%j does not send %j", async (config, fields, message) => {
    await expect(binding(config).send({ ...email, ...fields })).rejects.toThrow(message);
    expect(sent).toEqual([]);
  });
});
