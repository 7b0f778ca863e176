import {
  AgentGetOptions,
  AgentNamespace,
  AgentOptions,
  AgentRouteMatch,
  camelCaseToKebabCase,
  getAgentByName,
  routeAgentRequest,
  RoutingRetryEvent,
  RoutingRetryOptions,
} from "./shared.js";
export {
  type AgentGetOptions,
  type AgentNamespace,
  type AgentOptions,
  type AgentRouteMatch,
  camelCaseToKebabCase,
  getAgentByName,
  routeAgentRequest,
  type RoutingRetryEvent,
  type RoutingRetryOptions,
};