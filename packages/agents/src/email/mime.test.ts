import fc from "fast-check";
import PostalMime from "postal-mime";
import { describe, expect, test } from "vitest";
import { type Message, writeMessage } from "./mime.ts";

const message: Message = {
  from: { address: "bot@agents.test", name: "Bot" },
  to: "ada@example.test",
  subject: "Re: a question",
  date: Date.UTC(2040, 0, 2, 3, 4, 5),
  messageId: "<1@agents.test>",
  headers: [["X-Agent-ID", "seven"]],
  contentType: "text/plain",
  body: "hello\n",
};

describe("a message", () => {
  test("has what it was given, in lines that end with CR LF", async () => {
    expect((await writeMessage(message)).split("\r\n")).toEqual([
      "Date: Mon, 02 Jan 2040 03:04:05 +0000",
      "From: =?utf-8?B?Qm90?= <bot@agents.test>",
      "To: <ada@example.test>",
      "Message-ID: <1@agents.test>",
      "Subject: =?utf-8?B?UmU6IGEgcXVlc3Rpb24=?=",
      "MIME-Version: 1.0",
      "X-Agent-ID: seven",
      "Content-Type: text/plain; charset=UTF-8",
      "Content-Transfer-Encoding: 7bit",
      "",
      "hello",
      "",
    ]);
  });

  test("reads as it was written, whatever it says, and keeps within its lines", async () => {
    const line = fc.string({ unit: "grapheme", maxLength: 200 }).map((text) =>
      // Readers trim; line breaks are refused, which the next test shows.
      text.replace(/[\p{Cc}\s]/gu, ""),
    );
    const body = fc
      .string({ unit: "grapheme", maxLength: 3000 })
      .map((text) => text.replaceAll("\r", ""));
    await fc.assert(
      fc.asyncProperty(line, line, line, body, async (name, subject, value, text) => {
        const headers: Message["headers"] = [["X-Custom", value]];
        const from = { ...message.from, name };
        const raw = await writeMessage({ ...message, from, subject, headers, body: text });
        for (const each of raw.split("\r\n")) {
          expect(each).toMatch(/^[\t\x20-\x7e]{0,998}$/);
        }
        const read = await PostalMime.parse(raw);
        expect(read.from).toMatchObject({ address: "bot@agents.test", name });
        expect(read.to).toMatchObject([{ address: "ada@example.test" }]);
        expect(read.subject ?? "").toBe(subject);
        expect(read.headers.map(({ key }) => key)).toHaveLength(9);
        expect(read.bcc).toBeUndefined();
        // A reader ends the last line.
        expect((read.text ?? "").replace(/\n$/, "")).toBe(text.replace(/\n$/, ""));
      }),
      { numRuns: 60 },
    );
  });

  const injected = "x\r\nBcc: eve@example.test";
  test.each<[string, Partial<Message>, string]>([
    ["subject", { subject: injected }, "invalid_email_header"],
    ["name", { from: { ...message.from, name: injected } }, "invalid_email_header"],
    ["header", { headers: [["X-A", injected]] }, "invalid_email_header"],
    ["header with a NUL", { headers: [["X-A", "a\0b"]] }, "invalid_email_header"],
    ["header of its own", { headers: [["BCC", "eve@example.test"]] }, "invalid_email_header"],
    ["content type header", { headers: [["Content-Type", "a/b"]] }, "invalid_email_header"],
    ["long header", { headers: [["X-A", "a".repeat(1000)]] }, "invalid_email_header"],
    ["recipient", { to: `ada@example.test${injected}` }, "invalid_email_address"],
    ["recipient with two addresses", { to: "a@b.test,c@d.test" }, "invalid_email_address"],
    ["recipient of a bounce", { to: "" }, "invalid_email_address"],
    ["sender", { from: { address: "<a@b>", name: "" } }, "invalid_email_address"],
    ["content type", { contentType: `text/html${injected}` }, "invalid_email_content_type"],
    ["id", { messageId: `<a@b>${injected}` }, "invalid_email_header"],
  ])("has no room for an injection by its %s", async (_part, changes, code) => {
    await expect(writeMessage({ ...message, ...changes })).rejects.toMatchObject({ code });
  });
});
