/** Texts of `send` and `reply`, with the codes that Cloudflare documents for them. */
export const emailErrors = {
  senderNotAllowed: (address: string) =>
    coded("E_SENDER_NOT_VERIFIED", `email from ${address} not allowed`),
  recipientNotAllowed: (address: string) =>
    coded("E_RECIPIENT_NOT_ALLOWED", `email to ${address} not allowed`),
  noMessageId: () => coded("E_VALIDATION_ERROR", "invalid message-id"),
  fromMismatch: () => coded("E_VALIDATION_ERROR", "From: header does not match mail from"),
  headersNotAllowed: () => coded("E_HEADER_NOT_ALLOWED", "invalid headers set"),
  notReplyable: () => coded("E_VALIDATION_ERROR", "Original email is not replyable"),
  noInReplyTo: () => coded("E_VALIDATION_ERROR", "no In-Reply-To header found in reply message"),
  otherInReplyTo: () =>
    coded("E_VALIDATION_ERROR", "In-Reply-To does not match original Message-ID"),
  otherReferences: () => coded("E_VALIDATION_ERROR", "provided References header is invalid"),
} as const;

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
