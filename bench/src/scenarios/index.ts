import type { Scenario } from "../harness/scenario.ts";
import { broadcastScenarios } from "./broadcast.ts";
import { coldScenarios } from "./cold.ts";
import { httpScenarios } from "./http.ts";
import { idleScenarios } from "./idle.ts";
import { rpcScenarios } from "./rpc.ts";
import { scheduleScenarios } from "./schedules.ts";
import { workflowScenarios } from "./workflows.ts";

export const scenarios: readonly Scenario[] = [
  ...httpScenarios,
  ...rpcScenarios,
  ...broadcastScenarios,
  ...coldScenarios,
  ...scheduleScenarios,
  ...idleScenarios,
  ...workflowScenarios,
];

/** What runs when nothing is chosen. */
export const DEFAULT_SCENARIOS: readonly string[] = ["rpc-seq", "http-one", "cold-create"];
