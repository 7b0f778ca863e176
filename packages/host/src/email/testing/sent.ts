import { systemClock } from "../../clock.ts";
import { systemRandom } from "../../random.ts";
import type { OutgoingEmail } from "../email.ts";
import { Mailer } from "../mailer.ts";

/** A message that was sent, with its text readable. */
export interface SentText extends Omit<OutgoingEmail, "raw"> {
  readonly text: string;
}

/** A mailer for tests, and what it has sent. */
export function sentBy(): { readonly sent: SentText[]; readonly mailer: Mailer } {
  const sent: SentText[] = [];
  const transport = {
    async send({ raw, ...email }: OutgoingEmail) {
      sent.push({ ...email, text: Buffer.from(raw).toString("utf8") });
    },
  };
  const writing = { clock: systemClock, random: systemRandom };
  return { sent, mailer: new Mailer(transport, writing) };
}
