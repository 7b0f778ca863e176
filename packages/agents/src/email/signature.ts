import { type Clock, systemClock } from "../clock.ts";
import { AgentHeader } from "../wire.ts";
import { emailErrors } from "./errors.ts";
import type { EmailIdentity, SignatureFailureReason } from "./types.ts";
import { base64, bytesOf, decodedWords } from "./words.ts";

/** Oldest signature that is accepted by default: 30 days, in seconds. */
export const DEFAULT_MAX_AGE_SECONDS: number = 30 * 24 * 60 * 60;
/** How far another machine's clock may be ahead, in seconds. */
const MAX_SKEW_SECONDS = 5 * 60;

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
export async function signAgentHeaders(
  secret: string,
  agentName: string,
  agentId: string,
): Promise<Record<string, string>> {
  return signHeaders(secret, { agentName, agentId }, systemClock);
}

/** @internal {@link signAgentHeaders} by another clock. */
export async function signHeaders(
  secret: string,
  { agentName, agentId }: EmailIdentity,
  clock: Pick<Clock, "now">,
): Promise<Record<string, string>> {
  if (!secret) throw emailErrors.secretMissing("signing agent headers");
  if (!agentName) throw emailErrors.identityMissing("agentName");
  if (!agentId) throw emailErrors.identityMissing("agentId");
  // The parts are joined by colons: with one inside, two identities would have the same signature.
  if (agentName.includes(":")) throw emailErrors.identityColons("agentName");
  if (agentId.includes(":")) throw emailErrors.identityColons("agentId");
  const timestamp = String(Math.floor(clock.now() / 1000));
  const key = await keyOf(secret, "sign");
  const signed = await crypto.subtle.sign("HMAC", key, signedText(agentName, agentId, timestamp));
  return {
    [AgentHeader.NAME]: agentName,
    [AgentHeader.ID]: agentId,
    [AgentHeader.SIGNATURE]: base64(new Uint8Array(signed)),
    [AgentHeader.TIMESTAMP]: timestamp,
  };
}

/** What is accepted as a signature. */
export interface SignatureRules {
  readonly secret: string;
  /** In seconds. */
  readonly maxAge: number;
  readonly clock: Pick<Clock, "now">;
}

/** The identity that headers prove, or why they prove none. */
export async function verifyHeaders(
  headers: Headers,
  { secret, maxAge, clock }: SignatureRules,
): Promise<EmailIdentity | SignatureFailureReason> {
  const agentName = headers.get(AgentHeader.NAME);
  const id = headers.get(AgentHeader.ID);
  const signature = headers.get(AgentHeader.SIGNATURE);
  const timestamp = headers.get(AgentHeader.TIMESTAMP);
  if (!agentName || !id || !signature || !timestamp) return "missing_headers";
  if (!/^\d+$/.test(timestamp)) return "malformed_timestamp";
  const age = Math.floor(clock.now() / 1000) - Number(timestamp);
  if (age > maxAge) return "expired";
  if (age < -MAX_SKEW_SECONDS) return "invalid";
  const agentId = decodedWords(id);
  if (agentName.includes(":") || agentId.includes(":")) return "invalid";
  const bytes = bytesOf(signature);
  // One signature has one spelling: others that decode to the same bytes are not accepted.
  if (bytes === undefined || base64(bytes) !== signature) return "invalid";
  const key = await keyOf(secret, "verify");
  const text = signedText(agentName, agentId, timestamp);
  // The platform's comparison takes the same time for every wrong signature.
  return (await crypto.subtle.verify("HMAC", key, bytes, text))
    ? { agentName, agentId }
    : "invalid";
}

function keyOf(secret: string, use: "sign" | "verify"): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(secret);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", bytes, algorithm, false, [use]);
}

function signedText(agentName: string, agentId: string, timestamp: string) {
  return new TextEncoder().encode(`${agentName}:${agentId}:${timestamp}`);
}
