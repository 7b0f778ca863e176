import type { useAgent } from "@freehold/agents/react";
import type { LeadApi, Research } from "../protocol.ts";

/** The page's connection to the lead. */
export type LeadHandle = ReturnType<typeof useAgent<LeadApi, Research>>;
