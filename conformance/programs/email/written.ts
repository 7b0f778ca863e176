import { EmailMessage } from "cloudflare:email";
import { message, outcome, raw, sender } from "../../worker/email.ts";
import { inWorker } from "../../worker/program.ts";

const HEADERS: readonly Record<string, string | null>[] = [
  {},
  { "Message-ID": null },
  { "Message-ID": "" },
  { "Message-ID": "no brackets" },
  { "message-id": "<2@own.test>", "Message-ID": null },
  { From: "One <one@own.test>" },
  { From: '"Other, <other@own.test>" <one@own.test>' },
  { From: "one@own.test (a comment)" },
  { From: "one@own.test, other@own.test" },
  { From: "other@own.test, one@own.test" },
  { From: "ONE@own.test" },
  { From: "one@OWN.test" },
  { From: '"one@own.test" <other@own.test>' },
  { From: "=?utf-8?q?=C3=9Cne?= <one@own.test>" },
  { From: "Folded\r\n <one@own.test>" },
  { Received: "by mail.example" },
  { Received: "by mail.example", "Message-ID": null },
  { Received: "by mail.example", From: "other@own.test" },
  { To: null },
  { To: "somebody@else.test" },
  { Subject: "S", Date: "Thu, 01 Jan 2026 00:00:00 +0000", "MIME-Version": "1.0" },
  { "DKIM-Signature": "x", "Return-Path": "<x@y.test>", "X-Any": "1" },
];

export default inWorker("what a message must have that a program wrote", async ({ note }) => {
  for (const headers of HEADERS) {
    note(JSON.stringify(headers), await outcome(() => sender().send(message(headers))));
  }
  const of = (text: unknown) => new EmailMessage("one@own.test", "one@dest.test", text as string);
  const forms: Record<string, () => unknown> = {
    stream: () => new Response(raw()).body,
    bytes: () => new TextEncoder().encode(raw()),
    "bare line ends": () => raw().replaceAll("\r\n", "\n"),
    "no headers": () => "no headers",
  };
  for (const [name, text] of Object.entries(forms)) {
    note(name, await outcome(() => sender().send(of(text()))));
  }
  const twice = message();
  note("first", await outcome(() => sender().send(twice)));
  note("again", await outcome(() => sender().send(twice)));
});
