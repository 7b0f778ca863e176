export { camelCaseToKebabCase } from "./names.ts";
export type { RoutingRetryEvent, RoutingRetryOptions } from "./retry.ts";
export {
  type AgentGetOptions,
  type AgentOptions,
  type AgentRouteMatch,
  getAgentByName,
  routeAgentRequest,
} from "./route.ts";
