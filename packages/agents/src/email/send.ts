import type { Clock } from "../clock.ts";
import { emailErrors } from "./errors.ts";
import { agentHeaders, assertAddress, assertLine, customHeaders } from "./headers.ts";
import type { EmailIdentity, SendEmailOptions } from "./types.ts";

/**
 * Sends an e-mail through a binding, with the headers by which an answer finds the agent.
 *
 * @throws FreeholdError `email_binding_missing`, `email_secret_missing`, `invalid_email_identity`,
 *   `invalid_email_header`, `invalid_email_address`; what the binding throws.
 */
export async function sendAgentEmail(
  options: SendEmailOptions,
  identity: EmailIdentity,
  clock: Pick<Clock, "now">,
): Promise<EmailSendResult> {
  const { binding, inReplyTo, secret, headers, from, replyTo, ...message } = options ?? {};
  if (!binding) throw emailErrors.bindingMissing();
  checkMessage(options);
  if (inReplyTo !== undefined) assertLine("In-Reply-To", inReplyTo);
  const isReplaced = (name: string) =>
    inReplyTo !== undefined && name.toLowerCase() === "in-reply-to";
  return binding.send({
    ...message,
    from: mailboxOf(from),
    ...(replyTo === undefined ? {} : { replyTo: mailboxOf(replyTo) }),
    headers: {
      ...Object.fromEntries(customHeaders(headers).filter(([name]) => !isReplaced(name))),
      ...(inReplyTo === undefined ? {} : { "In-Reply-To": inReplyTo }),
      ...(await agentHeaders(identity, secret, clock)),
    },
  });
}

function checkMessage({ from, to, cc, bcc, replyTo, subject }: SendEmailOptions): void {
  assertLine("Subject", subject);
  assertMailbox("from", from);
  for (const address of [to].flat()) assertMailbox("to", address);
  for (const address of [cc ?? []].flat()) assertMailbox("cc", address);
  for (const address of [bcc ?? []].flat()) assertMailbox("bcc", address);
  if (replyTo !== undefined) assertMailbox("replyTo", replyTo);
}

const NAMED = /^[^\p{Cc}<>]*<([^<>]*)>$/u;

/** An address, with or without a name; as text also `Ada <ada@example.com>`. */
function assertMailbox(field: string, mailbox: SendEmailOptions["from"]): void {
  if (typeof mailbox === "object" && mailbox !== null) {
    assertAddress(field, mailbox.email);
    if (mailbox.name !== undefined) assertLine(field, mailbox.name);
    return;
  }
  if (typeof mailbox !== "string") throw emailErrors.address(field, mailbox);
  assertAddress(field, NAMED.exec(mailbox)?.[1] ?? mailbox);
}

/** As bindings take it: an object has a name, and an address alone is text. */
function mailboxOf(mailbox: SendEmailOptions["from"]): string | { email: string; name: string } {
  if (typeof mailbox === "string") return mailbox;
  const { email, name } = mailbox;
  return name === undefined ? email : { email, name };
}

/** The address of a sender, without a name beside it. */
export function senderAddress(from: SendEmailOptions["from"]): string {
  return typeof from === "string" ? from : from.email;
}
