import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import { domainOf, type Mailbox } from "./addresses.ts";
import { type Attachment, type Draft, recipientsOf } from "./draft.ts";
import { MAX_EMAIL_BYTES } from "./email.ts";
import { refusals } from "./errors.ts";
import type { HeaderLine } from "./head.ts";

/** What writing a message needs of the host. */
export interface Writing {
  readonly clock: Pick<Clock, "now">;
  readonly random: Pick<Random, "bytes">;
}

/** A message as it goes over the wire, and its envelope. */
export interface Composed {
  readonly from: string;
  readonly to: readonly string[];
  readonly messageId: string;
  readonly raw: Uint8Array;
}

/**
 * Writes a draft as a message.
 *
 * @param extra headers that the host adds
 * @throws FreeholdError `E_CONTENT_TOO_LARGE`
 */
export async function compose(
  draft: Draft,
  { clock, random }: Writing,
  extra: readonly HeaderLine[] = [],
): Promise<Composed> {
  // Loaded with the first message: most hosts never write one.
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
  const { from, replyTo, text, html } = draft;
  const id = Buffer.from(random.bytes(16)).toString("hex");
  const messageId = `<${id}@${domainOf(from.address)}>`;
  const composer = new MailComposer({
    from: plain(from),
    to: draft.to.map(plain),
    cc: draft.cc.map(plain),
    ...(replyTo && { replyTo: plain(replyTo) }),
    subject: draft.subject,
    headers: [...extra, ...draft.headers].map(([key, value]) => ({ key, value })),
    ...(text !== undefined || html === undefined ? { text: text ?? "" } : {}),
    ...(html !== undefined && { html }),
    attachments: draft.attachments.map(part),
    messageId,
    date: new Date(clock.now()),
    baseBoundary: id,
    newline: "\r\n",
    // Nothing of a message is a path or an address to be read from.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const raw = await composer.compile().build();
  if (raw.byteLength > MAX_EMAIL_BYTES) throw refusals.tooLarge();
  return { from: from.address, to: recipientsOf(draft), messageId, raw };
}

function plain({ address, name }: Mailbox): { address: string; name: string } {
  return { address, name };
}

function part({ disposition, contentId, filename, type, content }: Attachment) {
  return {
    filename,
    contentType: type,
    contentDisposition: disposition,
    content: Buffer.from(content.buffer, content.byteOffset, content.byteLength),
    ...(contentId !== undefined && { cid: contentId }),
  };
}
