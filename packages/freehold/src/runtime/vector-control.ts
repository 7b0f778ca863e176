import { FreeholdError } from "@freehold/host";
import type { VectorIndexes } from "@freehold/vectors";
import { vectorVerbs } from "../vectors.ts";
import { type ControlHandler, unknownCommand } from "./control-socket.ts";

/** Answers `vectors/…` commands. */
export function vectorControl(indexes: (() => VectorIndexes) | undefined): ControlHandler {
  return (verb, body) => {
    const name = verb.slice("vectors/".length);
    if (!Object.hasOwn(vectorVerbs, name)) throw unknownCommand(verb);
    if (indexes === undefined) {
      throw new FreeholdError("VECTORS_UNUSED", "The Worker that runs has no vector index.", {
        help: "Add `vectorize` to wrangler.jsonc, or stop the host to look at what is stored.",
      });
    }
    return vectorVerbs[name as keyof typeof vectorVerbs](indexes(), body);
  };
}
