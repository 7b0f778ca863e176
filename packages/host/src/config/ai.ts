import { IDENTIFIER } from "./classes.ts";
import type { FieldReader } from "./reader.ts";
import type { VectorizeConfig } from "./wrangler.ts";

const INDEX = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** `vectorize`: bindings to vector indexes. Several may be of one index. */
export function vectorize(fields: FieldReader): VectorizeConfig[] {
  const found: VectorizeConfig[] = [];
  for (const entry of fields.objects("vectorize")) {
    const binding = entry.requiredText("binding", IDENTIFIER, "a name for env");
    if (found.some((other) => other.binding === binding)) entry.fail("binding", "unique");
    const indexName = entry.requiredText(
      "index_name",
      INDEX,
      "at most 64 small letters, digits, - and _",
    );
    found.push({ binding, indexName });
  }
  return found;
}

/** `ai`: the binding to models. */
export function aiBinding(fields: FieldReader): { readonly ai?: string } {
  const entry = fields.object("ai");
  return entry === undefined
    ? {}
    : { ai: entry.requiredText("binding", IDENTIFIER, "a name for env") };
}
