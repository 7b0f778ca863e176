import type { Scenario } from "../harness/scenario.ts";
import { broadcastScenarios } from "./broadcast.ts";
import { chatScenarios } from "./chat.ts";
import { coldScenarios } from "./cold.ts";
import { gatewayScenarios } from "./gateway.ts";
import { growthScenarios } from "./growth.ts";
import { httpScenarios } from "./http.ts";
import { idleScenarios } from "./idle.ts";
import { rpcScenarios } from "./rpc.ts";
import { scheduleScenarios } from "./schedules.ts";
import { startupScenarios } from "./startup.ts";
import { vectorScenarios } from "./vectors.ts";
import { workflowScenarios } from "./workflows.ts";

export const scenarios: readonly Scenario[] = [
  ...httpScenarios,
  ...rpcScenarios,
  ...broadcastScenarios,
  ...coldScenarios,
  ...startupScenarios,
  ...scheduleScenarios,
  ...idleScenarios,
  ...growthScenarios,
  ...workflowScenarios,
  ...chatScenarios,
  ...vectorScenarios,
  ...gatewayScenarios,
];

/** What runs when nothing is chosen. */
export const DEFAULT_SCENARIOS: readonly string[] = ["rpc-seq", "http-one", "cold-create"];
