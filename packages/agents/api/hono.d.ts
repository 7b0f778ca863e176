import {
  AgentOptions,
} from "./shared.js";
import {
  Env,
  MiddlewareHandler,
} from "hono";
/** Options of {@link agentsMiddleware}. */
interface AgentMiddlewareContext<E extends Env> {
  /** Passed to `routeAgentRequest`. */
  options?: AgentOptions<NonNullable<E["Bindings"]>>;
  /**
   * Takes a failure on the way to the agent; the request then goes on to the next handler. Default:
   * the failure is thrown to the application's own `onError`.
   */
  onError?: (error: Error) => void;
}
/**
 * Middleware for Hono that sends requests for agents, HTTP and WebSocket, to them, and every other
 * request on to the next handler. The answers' headers may be changed by other middleware.
 *
 * @throws what `routeAgentRequest` throws, unless `onError` takes it.
 *
 * @example
 * const app = new Hono<{ Bindings: Env }>();
 * app.use("*", agentsMiddleware({ options: { prefix: "api/agents", cors: true } }));
 * export default app;
 */
declare function agentsMiddleware<E extends Env = Env>({ options, onError }?: AgentMiddlewareContext<E>): MiddlewareHandler<E>;
export {
  type AgentMiddlewareContext,
  agentsMiddleware,
};