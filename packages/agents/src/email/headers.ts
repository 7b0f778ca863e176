import type { Clock } from "../clock.ts";
import { AgentHeader } from "../wire.ts";
import { emailErrors } from "./errors.ts";
import { signHeaders } from "./signature.ts";
import type { EmailIdentity } from "./types.ts";
import { encodedWords, isPlainText } from "./words.ts";

const NAME = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;
const CONTROL = /[^\P{Cc}\t]/u;
const ADDRESS = /^[^\p{Cc}\s<>,;@]+@[^\p{Cc}\s<>,;@]+$/u;
/** Octets of a line without its end, as RFC 5322 limits it. */
export const MAX_LINE_BYTES = 998;
/** Longest address: 64 octets, an `@` and 255. */
const MAX_ADDRESS_LENGTH = 320;

const AGENT_HEADERS: ReadonlySet<string> = new Set(
  Object.values(AgentHeader).map((name) => name.toLowerCase()),
);

/** Checks a text that becomes part of one line. @throws FreeholdError `invalid_email_header`. */
export function assertLine(name: string, value: unknown): asserts value is string {
  if (typeof value !== "string") throw emailErrors.header(name, "is no text");
  if (CONTROL.test(value))
    throw emailErrors.header(name, "has a line break or a control character");
}

/** Checks an address. @throws FreeholdError `invalid_email_address`. */
export function assertAddress(field: string, address: unknown): asserts address is string {
  if (
    typeof address !== "string" ||
    address.length > MAX_ADDRESS_LENGTH ||
    !ADDRESS.test(address)
  ) {
    throw emailErrors.address(field, address);
  }
}

/**
 * Checks headers that a caller adds, and leaves out those that only the agent may set.
 *
 * @throws FreeholdError `invalid_email_header`.
 */
export function customHeaders(headers: Readonly<Record<string, string>> = {}): [string, string][] {
  for (const [name, value] of Object.entries(headers)) {
    if (!NAME.test(name)) throw emailErrors.header(name, "is no name of a header");
    assertLine(name, value);
  }
  return Object.entries(headers).filter(([name]) => !AGENT_HEADERS.has(name.toLowerCase()));
}

/**
 * The headers by which an answer finds the agent, signed where there is a secret. A name that is more
 * than printable ASCII is written as RFC 2047 has it.
 *
 * @throws FreeholdError `email_secret_missing`, `invalid_email_identity`.
 */
export async function agentHeaders(
  identity: EmailIdentity,
  secret: string | null | undefined,
  clock: Pick<Clock, "now">,
): Promise<Record<string, string>> {
  const { agentName, agentId } = identity;
  const headers =
    secret === undefined || secret === null
      ? { [AgentHeader.NAME]: agentName, [AgentHeader.ID]: agentId }
      : await signHeaders(secret, identity, clock);
  const id = headers[AgentHeader.ID] ?? agentId;
  return { ...headers, [AgentHeader.ID]: isPlainText(id) ? id : encodedWords(id).join(" ") };
}
