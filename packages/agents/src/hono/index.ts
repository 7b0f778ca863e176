export { type AgentMiddlewareContext, agentsMiddleware } from "./middleware.ts";
