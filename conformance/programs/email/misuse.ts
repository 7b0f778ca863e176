import { outcome, sender } from "../../worker/email.ts";
import { acceptAll, inWorker } from "../../worker/program.ts";

const injected = "x\r\nBcc: eve@else.test";
const file = { disposition: "attachment", filename: "a.txt", type: "text/plain", content: "aGk=" };

/** What workerd's local mode takes as it comes, or stumbles over. */
const MISUSES: Readonly<Record<string, object>> = {
  "no sender": { from: undefined },
  "a sender that is none": { from: "nobody" },
  "a sender of two lines": { from: `one@own.test${injected}` },
  "no recipient": { to: undefined },
  "an empty list of recipients": { to: [] },
  "a recipient that is none": { to: "nobody" },
  "a copy alone": { to: undefined, cc: "one@dest.test" },
  "51 recipients": { to: Array(51).fill("one@dest.test") },
  "no subject": { subject: undefined },
  "a subject of two lines": { subject: injected },
  "a header of two lines": { headers: { "X-A": injected } },
  "a sender as header": { headers: { From: "other@own.test" } },
  "an id as header": { headers: { "Message-ID": "<1@own.test>" } },
  "text that is no base64": { attachments: [{ ...file, content: "hello, world!" }] },
  "a file without a name": { attachments: [{ ...file, filename: undefined }] },
  "a file without content": { attachments: [{ ...file, content: undefined }] },
};

export default inWorker(
  "fields that make no message",
  async ({ note }) => {
    const base = { from: "one@own.test", to: "one@dest.test", subject: "S", text: "T" };
    for (const [name, fields] of Object.entries(MISUSES)) {
      note(name, await outcome(() => sender().send({ ...base, ...fields })));
    }
    for (const nothing of [undefined, null, "text", 5]) {
      note(`${nothing}`, await outcome(() => sender().send(nothing)));
    }
  },
  {
    accept: acceptAll(
      "The local mode checks little, since its messages go nowhere. Here it is as Cloudflare documents it.",
      [...Object.keys(MISUSES), "undefined", "null", "text", "5"],
    ),
  },
);
