import type { OutgoingEmail } from "@freehold/host";
import { expect, test } from "vitest";
import { emailTransport, problemOfEmail } from "./email.ts";

const email: OutgoingEmail = {
  kind: "send",
  binding: "EMAIL",
  messageId: "<1@a.test>",
  from: "bot@a.test",
  to: ["ada@b.test"],
  raw: Buffer.from("Subject: S\r\n\r\nT"),
};

test.each([
  [undefined],
  [{}],
  [{ transport: "mailbox" }],
  [{ transport: "smtp" }],
  [{ transport: "smtp", secret: "MAIL_URL" }],
  [{ transport: () => undefined }],
])("%j is a configuration", (value) => {
  expect(problemOfEmail(value)).toBeUndefined();
});

test.each([
  ["smtp"],
  [null],
  [{ transport: "pigeon" }],
  [{ transport: "smtp", secret: "smtps://user:password@host" }],
  [{ secret: "MAIL_URL" }],
  [{ transport: "smtp", url: "smtp://host" }],
])("%j is none, and what it holds is not repeated", (value) => {
  expect(problemOfEmail(value)).toEqual(expect.not.stringMatching(/password|pigeon/));
});

test("the mailbox is the host's own", () => {
  expect(emailTransport({}, {})).toBeUndefined();
  expect(emailTransport({ transport: "mailbox" }, {})).toBeUndefined();
});

test("a function of one's own is given the message, and may be none of a promise", async () => {
  const sent: unknown[] = [];
  const transport = emailTransport({ transport: async (one) => void sent.push(one) }, {});
  await transport?.send(email);
  expect(sent).toEqual([email]);
  const broken = (): never => {
    throw new Error("no line");
  };
  await expect(emailTransport({ transport: broken }, {})?.send(email)).rejects.toThrow("no line");
});

test("a mail server is the one of the secret that is named", async () => {
  // Nothing listens there.
  const secrets = { SMTP_URL: "not this one", MAIL: "smtp://127.0.0.1:1" };
  const transport = emailTransport({ transport: "smtp", secret: "MAIL" }, { secrets });
  await expect(transport?.send(email)).rejects.toMatchObject({ code: "E_DELIVERY_FAILED" });
  await transport?.close?.();
});

test.each([
  [{}, "EMAIL_SECRET_MISSING"],
  [{ SMTP_URL: "" }, "EMAIL_SECRET_MISSING"],
  [{ SMTP_URL: "mail.example.com" }, "SMTP_URL_INVALID"],
])("a host does not start with the secrets %j", (secrets, code) => {
  expect(() => emailTransport({ transport: "smtp" }, { secrets })).toThrow(
    expect.objectContaining({ code }),
  );
});
