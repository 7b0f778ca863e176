import { type Clock, systemClock } from "../clock.ts";
import { emailErrors } from "./errors.ts";
import { DEFAULT_MAX_AGE_SECONDS, verifyHeaders } from "./signature.ts";
import type { EmailResolver, SecureReplyResolverOptions } from "./types.ts";

/** Local part with an optional sub-address, and a domain; lengths as RFC 5321 limits them. */
const ADDRESS = /^([^+@]{1,64})(?:\+([^@]{1,64}))?@.{1,253}$/;

/**
 * Finds the agent by the recipient's address: `support+ticket-7@example.com` is the agent `ticket-7`
 * of the binding `support`, and `ticket-7@example.com` that of `defaultAgentName`. Anybody who can
 * send an e-mail can so reach any agent.
 *
 * @example
 * await routeAgentEmail(message, env, { resolver: createAddressBasedEmailResolver("Support") });
 */
export function createAddressBasedEmailResolver<Env>(defaultAgentName: string): EmailResolver<Env> {
  return async ({ to }) => {
    const found = ADDRESS.exec(to);
    if (!found) return null;
    const [, local = "", sub] = found;
    return sub === undefined
      ? { agentName: defaultAgentName, agentId: local }
      : { agentName: local, agentId: sub };
  };
}

/**
 * Gives every e-mail to one agent.
 *
 * @example
 * await routeAgentEmail(message, env, { resolver: createCatchAllEmailResolver("Inbox", "main") });
 */
export function createCatchAllEmailResolver<Env>(
  agentName: string,
  agentId: string,
): EmailResolver<Env> {
  return async () => ({ agentName, agentId });
}

/**
 * Finds the agent by headers that it signed when it sent the e-mail that is answered. Null for an
 * e-mail without them, or with a signature that is wrong, too old, or more than five minutes ahead.
 *
 * @throws FreeholdError `email_secret_missing`, `invalid_email_max_age`.
 *
 * @example
 * const bySignature = createSecureReplyEmailResolver<Env>(env.EMAIL_SECRET, { maxAge: 7 * 86_400 });
 * const byAddress = createAddressBasedEmailResolver<Env>("Support");
 * await routeAgentEmail(message, env, {
 *   resolver: async (email, env) => (await bySignature(email, env)) ?? byAddress(email, env),
 * });
 */
export function createSecureReplyEmailResolver<Env>(
  secret: string,
  options: SecureReplyResolverOptions = {},
): EmailResolver<Env> {
  return secureReplyResolver(secret, options, systemClock);
}

/** @internal {@link createSecureReplyEmailResolver} by another clock. */
export function secureReplyResolver<Env>(
  secret: string,
  { maxAge = DEFAULT_MAX_AGE_SECONDS, onInvalidSignature }: SecureReplyResolverOptions,
  clock: Pick<Clock, "now">,
): EmailResolver<Env> {
  if (!secret) throw emailErrors.secretMissing("createSecureReplyEmailResolver");
  // With NaN no signature would ever be too old.
  if (typeof maxAge !== "number" || !(maxAge >= 0)) throw emailErrors.maxAge(maxAge);
  return async (email) => {
    const identity = await verifyHeaders(email.headers, { secret, maxAge, clock });
    if (typeof identity === "object") return { ...identity, _secureRouted: true };
    onInvalidSignature?.(email, identity);
    return null;
  };
}

/**
 * @deprecated Removed: it trusted headers that anybody can write.
 * @throws FreeholdError `email_resolver_removed`, always.
 */
export function createHeaderBasedEmailResolver<Env>(): EmailResolver<Env> {
  throw emailErrors.headerResolverRemoved();
}
