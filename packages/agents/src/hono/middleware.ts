import type { Env, MiddlewareHandler } from "hono";
import { type AgentOptions, routeAgentRequest } from "../routing/route.ts";

/** Options of {@link agentsMiddleware}. */
export interface AgentMiddlewareContext<E extends Env> {
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
export function agentsMiddleware<E extends Env = Env>({
  options,
  onError,
}: AgentMiddlewareContext<E> = {}): MiddlewareHandler<E> {
  return async (context, next) => {
    let answer: Response | null = null;
    try {
      answer = await routeAgentRequest(
        context.req.raw,
        context.env as NonNullable<E["Bindings"]>,
        options,
      );
    } catch (error) {
      if (!onError) throw error;
      onError(error instanceof Error ? error : new Error(String(error), { cause: error }));
    }
    if (answer) return changeable(answer);
    await next();
  };
}

/** A copy with headers of its own: those of an answer from an object cannot be changed. */
function changeable(answer: Response): Response {
  const { status, headers, webSocket } = answer;
  if (webSocket) return new Response(null, { status, headers, webSocket });
  return new Response(answer.body, answer);
}
