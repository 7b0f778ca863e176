export { AiInternalError, InferenceUpstreamError } from "./ai-errors.ts";
export { Ai, type RunOptions } from "./binding/ai.ts";
export { type AiSettings, type HostedAi, hostAi, openAi } from "./binding/bindings.ts";
export type { GatewayAnswer } from "./gateway/gateway.ts";
export { Gateways, type GatewaysOptions } from "./gateway/gateways.ts";
export type { Check, CheckInput, Verdict } from "./gateway/rules/checks.ts";
export type { Route, RouteElement } from "./gateway/rules/route.ts";
export type {
  Budget,
  DlpPolicy,
  DlpProfile,
  GatewaySettings,
  GatewaysSettings,
  Price,
  ProviderSettings,
} from "./gateway/settings.ts";
export type { LogEntry, LogPatch } from "./gateway/store/log-entry.ts";
export { type ListedModel, Models, type ModelsOptions } from "./models/models.ts";
export type {
  LocalModels,
  ModelProvider,
  ModelSettings,
  TransformersModel,
} from "./models/settings.ts";
export { embedOffline } from "./offline/features.ts";
