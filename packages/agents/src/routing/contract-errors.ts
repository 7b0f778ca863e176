/** Errors and answers whose text the published package names. */
export const contractErrors = {
  invalidRoute: () => new Error("RoutedAgents route must be one non-empty URL-safe path segment"),
  agentNotFound: () => new Response("Agent not found", { status: 404 }),
} as const;
