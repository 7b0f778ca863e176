import { FreeholdError } from "../errors.ts";
import { isDevelopment } from "../lifecycle/development.ts";
import { ErrorText } from "../wire.ts";
import type { Directory } from "./bindings.ts";
import { similarNames } from "./names.ts";

/** The longest name, in bytes of UTF-8, that an object can read back. */
const MAX_NAME_BYTES = 1024;
/** How much of a name from outside is shown. */
const SHOWN_CHARACTERS = 80;

/** Why there is no agent of this name; the text says what there is. */
export function unknownAgent(name: string, { names }: Directory): FreeholdError {
  const [similar] = similarNames(name, names);
  const all =
    names.length > 0 ? `Bindings: ${names.join(", ")}.` : "env has no bindings to agents.";
  return new FreeholdError("unknown_agent", `No Durable Object binding is named ${shown(name)}`, {
    help: similar === undefined ? all : `Did you mean ${similar}? ${all}`,
  });
}

/** A short name of several bindings. */
export function ambiguousAgent(name: string, keys: readonly string[]): FreeholdError {
  const list = keys.map((key) => `env.${key}`).join(" and ");
  return new FreeholdError("ambiguous_agent", `${shown(name)} could be ${list}`, {
    help: "Write each capital as a word of its own, as in a-i-agent for AIAgent.",
  });
}

/**
 * Checks an agent's name.
 *
 * @throws FreeholdError `invalid_agent_name` when it is no text, or longer than 1024 bytes: the
 *   agent could not read it.
 */
export function assertAgentName(name: unknown): asserts name is string {
  if (typeof name !== "string") {
    throw new FreeholdError("invalid_agent_name", "An agent's name must be a string", {
      help: `Got ${name === null ? "null" : typeof name}.`,
    });
  }
  const bytes = name.length > MAX_NAME_BYTES ? name.length : new TextEncoder().encode(name).length;
  if (bytes > MAX_NAME_BYTES) {
    throw new FreeholdError("invalid_agent_name", `The name ${shown(name)} is too long`, {
      help: `Agents' names have at most ${MAX_NAME_BYTES} bytes; give a long one's hash instead.`,
    });
  }
}

/** Percent-decodes a name. @throws FreeholdError `invalid_agent_name`. */
export function decodeAgentName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch (cause) {
    throw new FreeholdError("invalid_agent_name", `The name ${shown(name)} cannot be decoded`, {
      help: "Give names to URLs with encodeURIComponent.",
      cause,
    });
  }
}

/** Tells the operator why, and the client as much as it may know. */
export function refuse(refusal: FreeholdError, env: unknown): Response {
  const why = `${refusal.message}. ${refusal.help}`;
  console.error(`Routing refused (${refusal.code}): ${why}`);
  const text = isDevelopment(env)
    ? `${ErrorText.INVALID_REQUEST} (${refusal.code}): ${why}`
    : ErrorText.INVALID_REQUEST;
  return new Response(text, { status: 400 });
}

/** A text from outside on one line, cut short. */
function shown(text: string): string {
  const cut = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return JSON.stringify(cut);
}
