export { type AgentGetOptions, getAgentByName } from "./by-name.ts";
export { camelCaseToKebabCase } from "./names.ts";
export type { RoutingRetryEvent, RoutingRetryOptions } from "./retry.ts";
export { type AgentOptions, type AgentRouteMatch, routeAgentRequest } from "./route.ts";
export type { RoutedAgentEntry } from "./routed/catalog.ts";
export {
  type RoutedAgentCreateOptions,
  RoutedAgents,
  type RoutedAgentsOptions,
} from "./routed/routed-agents.ts";
