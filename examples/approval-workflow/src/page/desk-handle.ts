import type { useAgent } from "@freehold/agents/react";
import type { DeskApi, DeskState } from "../protocol.ts";

/** The page's connection to the desk. */
export type DeskHandle = ReturnType<typeof useAgent<DeskApi, DeskState>>;
