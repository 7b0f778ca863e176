import { objectClassOf } from "../bindings/durable-objects.ts";
import { facetErrors } from "../contract-errors.ts";
import { type DurableObjectId, isObjectId } from "../objects/id.ts";
import type { ForeignClass } from "./foreign.ts";

/** What a facet is made of. */
export interface FacetStartup {
  readonly className: string;
  readonly props: object;
  /** What `ctx.id` is: an id, or any text. */
  readonly id: DurableObjectId | string;
  /** Where its class runs, when that is not here. */
  readonly foreign?: ForeignClass;
}

/**
 * Reads what a program's callback gave for the start of a facet.
 *
 * @param inherited the id of the parent, which the facet has by default
 * @throws TypeError with the texts of the contract
 */
export function readStartup(value: unknown, inherited: DurableObjectId | string): FacetStartup {
  if (value === undefined || value === null) throw facetErrors.noStartup();
  if (typeof value !== "object" && typeof value !== "function") throw facetErrors.wrongStartup();
  const found = objectClassOf(Reflect.get(value, "class"));
  if (found === undefined) throw facetErrors.wrongClass();
  const id: unknown = Reflect.get(value, "id");
  return { ...found, id: id === undefined ? inherited : idOf(id) };
}

/** Rejects when the class that a callback gave runs elsewhere, and is not there. */
export async function foreignReady(value: unknown): Promise<void> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
  await objectClassOf(Reflect.get(value, "class"))?.foreign?.ready();
}

function idOf(value: unknown): DurableObjectId | string {
  // Unlike `String`, a template refuses symbols, as the contract does.
  return isObjectId(value) ? value : `${value as string}`;
}
