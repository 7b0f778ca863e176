import { outcome, sender } from "../../worker/email.ts";
import { inWorker } from "../../worker/program.ts";

const file = { filename: "a.txt", type: "text/plain", content: "aGk=" };
const FIELDS: readonly Record<string, unknown>[] = [
  {},
  { from: { email: "one@own.test", name: "One" } },
  { from: "One <one@own.test>" },
  { to: ["one@dest.test", "Two <two@dest.test>", { email: "three@dest.test", name: "Three" }] },
  { cc: "one@dest.test", bcc: ["two@dest.test"], replyTo: "three@dest.test" },
  { replyTo: { email: "one@dest.test", name: "One" } },
  { subject: "" },
  { subject: "Füße" },
  { text: undefined },
  { text: undefined, html: "<p>" },
  { text: "", html: "" },
  { headers: { "X-A": "1", References: "<1@x.test> <2@x.test>" } },
  { attachments: [] },
  { attachments: [{ ...file, disposition: "attachment" }] },
  { attachments: [{ ...file, disposition: "inline", contentId: "one" }] },
  { attachments: [{ ...file, disposition: "attachment", content: new Uint8Array([1]) }] },
  { attachments: [{ ...file, disposition: "attachment", content: new ArrayBuffer(1) }] },
];

export default inWorker("fields of a message that is to be written", async ({ note }) => {
  const base = { from: "one@own.test", to: "one@dest.test", subject: "S", text: "T" };
  for (const fields of FIELDS) {
    note(JSON.stringify(fields), await outcome(() => sender().send({ ...base, ...fields })));
  }
  const names = Object.keys(await sender().send(base));
  note("what a receipt has", names);
});
