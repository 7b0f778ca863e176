import { FreeholdError, messageOf } from "../errors.ts";

/** Texts of errors that say that no child of this name can be. */
const INVALID = /null character|collides with the reserved/;
/** Texts of errors that say that no such class is there, or that it is no agent. */
const ABSENT =
  /not found in worker exports|for the 'class' field|does not implement the method "__unsafe_ensureInitialized"/;

/** What a client is told whose URL leads nowhere; undefined for other failures. */
export function refusalOf(error: unknown): Response | undefined {
  const text = messageOf(error);
  const isName = error instanceof FreeholdError && error.code === "invalid_sub_agent_name";
  if (isName || INVALID.test(text) || /Facet name is too long/.test(text)) {
    return new Response("Bad Request", { status: 400 });
  }
  return ABSENT.test(text) ? new Response("Not Found", { status: 404 }) : undefined;
}
