import { EmailMessage } from "cloudflare:email";
import { outcome, raw } from "../../worker/email.ts";
import { fromClient } from "../../worker/program.ts";

const ANSWERS: readonly Record<string, string | null>[] = [
  {},
  { "In-Reply-To": null },
  { "In-Reply-To": "<other@sender.test>" },
  { "In-Reply-To": "original@sender.test" },
  { "In-Reply-To": "<ORIGINAL@sender.test>" },
  { "In-Reply-To": "<original@sender.test> <other@sender.test>" },
  { References: "<original@sender.test>" },
  { References: "<0@sender.test>\r\n <original@sender.test>" },
  { References: "<original@sender.test> <0@sender.test>" },
  { References: "<0@sender.test>" },
  { References: "" },
  { "Message-ID": null },
  { Received: "by mail.example" },
  { From: "other@own.test" },
];

function original(headers: string): string {
  const own = "From: ada@sender.test\r\nMessage-ID: <original@sender.test>\r\n";
  return `${own}${headers}\r\nquestion\r\n`;
}

const ORIGINALS = [
  "Auto-Submitted: no\r\n",
  "Auto-Submitted: auto-replied\r\n",
  "Auto-Submitted: auto-generated\r\n",
  "X-Auto-Response-Suppress: All\r\n",
  "Precedence: bulk\r\n",
  "List-Id: <list.sender.test>\r\n",
];

export default fromClient("which replies a message may have", {
  fetch: () => new Response(),
  async email(message, { note }) {
    const answer = (headers: Readonly<Record<string, string | null>>) => {
      const all = { From: message.to, "In-Reply-To": "<original@sender.test>", ...headers };
      return outcome(() => message.reply(new EmailMessage(message.to, message.from, raw(all))));
    };
    const which = message.headers.get("x-which") ?? "";
    if (which !== "all") return note(which, await answer({}));
    for (const headers of ANSWERS) note(JSON.stringify(headers), await answer(headers));
    const from = new Headers({ "X-Passed": "on" });
    note("passed on", await outcome(() => message.forward("one@dest.test", from)));
  },
  async client({ deliver }) {
    await deliver(original("X-Which: all\r\n"));
    for (const headers of ORIGINALS) {
      await deliver(original(`X-Which: ${headers.split(":")[0]} ${headers.length}\r\n${headers}`));
    }
  },
});
