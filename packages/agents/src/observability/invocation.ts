/** How `withInvocationScope` treats its work. */
export interface InvocationScopeOptions {
  /** Whether the work runs on past whoever started it. */
  readonly detached?: boolean;
}

/**
 * Runs `body` as one traced invocation. The published package cuts spans off where their invocation
 * ends, because its runtime's spans cannot outlive it; OpenTelemetry's can, so nothing is cut off.
 *
 * @internal
 */
export function withInvocationScope<T>(body: () => T, _options?: InvocationScopeOptions): T {
  return body();
}
