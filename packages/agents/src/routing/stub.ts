/** Where an object lives. */
export interface Placement {
  jurisdiction?: DurableObjectJurisdiction;
  locationHint?: DurableObjectLocationHint;
}

/** The stub of a named object. A fresh one for each attempt: after a failure the old one is broken. */
export function stubOf(
  namespace: DurableObjectNamespace,
  name: string,
  { jurisdiction, locationHint }: Placement,
): DurableObjectStub {
  const placed = jurisdiction ? namespace.jurisdiction(jurisdiction) : namespace;
  return placed.get(placed.idFromName(name), locationHint ? { locationHint } : undefined);
}
