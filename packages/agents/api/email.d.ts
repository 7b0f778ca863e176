import {
  AgentEmail,
  createAddressBasedEmailResolver,
  createCatchAllEmailResolver,
  createHeaderBasedEmailResolver,
  createSecureReplyEmailResolver,
  EmailHeader,
  EmailResolver,
  EmailResolverResult,
  EmailSendBinding,
  SecureReplyResolverOptions,
  SendEmailOptions,
  SignatureFailureReason,
} from "./shared.js";
/**
 * Whether a machine wrote an e-mail: an out-of-office note, a bounce, a newsletter. Do not answer
 * those, or two machines write to each other for ever.
 *
 * @param headers As `postal-mime` has them.
 *
 * @example
 * const parsed = await PostalMime.parse(await email.getRaw());
 * if (isAutoReplyEmail(parsed.headers)) return;
 */
declare function isAutoReplyEmail(headers: EmailHeader[]): boolean;
/** Oldest signature that is accepted by default: 30 days, in seconds. */
declare const DEFAULT_MAX_AGE_SECONDS: number;
/**
 * The headers by which an answer to an e-mail finds the agent that sent it, with a signature that
 * `createSecureReplyEmailResolver` accepts. `sendEmail` and `replyToEmail` add them by themselves when
 * they are given a secret.
 *
 * @throws FreeholdError `email_secret_missing`, `invalid_email_identity` (empty, or with a colon).
 *
 * @example
 * const headers = await signAgentHeaders(env.EMAIL_SECRET, "support-agent", "ticket-7");
 */
declare function signAgentHeaders(secret: string, agentName: string, agentId: string): Promise<Record<string, string>>;
export {
  type AgentEmail,
  createAddressBasedEmailResolver,
  createCatchAllEmailResolver,
  createHeaderBasedEmailResolver,
  createSecureReplyEmailResolver,
  DEFAULT_MAX_AGE_SECONDS,
  type EmailHeader,
  type EmailResolver,
  type EmailResolverResult,
  type EmailSendBinding,
  isAutoReplyEmail,
  type SecureReplyResolverOptions,
  type SendEmailOptions,
  signAgentHeaders,
  type SignatureFailureReason,
};