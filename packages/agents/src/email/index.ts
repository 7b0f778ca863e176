export type { AgentEmail } from "../context.ts";
export { isAutoReplyEmail } from "./auto-reply.ts";
export {
  createAddressBasedEmailResolver,
  createCatchAllEmailResolver,
  createHeaderBasedEmailResolver,
  createSecureReplyEmailResolver,
} from "./resolvers.ts";
export { DEFAULT_MAX_AGE_SECONDS, signAgentHeaders } from "./signature.ts";
export type {
  EmailHeader,
  EmailResolver,
  EmailResolverResult,
  EmailSendBinding,
  SecureReplyResolverOptions,
  SendEmailOptions,
  SignatureFailureReason,
} from "./types.ts";
