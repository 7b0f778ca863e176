import { FreeholdError } from "../errors.ts";
import { StorageKey } from "../schema.ts";
import { facetOf } from "../sub-agents/facet.ts";

/** Where an instance's name is found. */
export interface NameSource {
  /** The name the object was addressed by. */
  readonly id: { readonly name?: string };
  readonly storage: { readonly kv: { get(key: string): unknown } };
  readonly props?: unknown;
}

/**
 * The instance's name: what the object that it lives in says, else what it was addressed by, else
 * what very old versions stored.
 *
 * @throws FreeholdError `agent_unnamed` for an object that was addressed without a name.
 */
export function instanceName(source: NameSource, className: string): string {
  const name =
    facetOf(source)?.name ?? source.id.name ?? source.storage.kv.get(StorageKey.LEGACY_NAME);
  if (typeof name === "string") return name;
  throw new FreeholdError(
    "agent_unnamed",
    `${className} could not determine its Durable Object name. Address it with idFromName() or getByName().`,
    {
      help: "The runtime must pass the name on, also with alarms: use a compatibility_date of 2026-03-15 or later.",
    },
  );
}
