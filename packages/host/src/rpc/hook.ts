/**
 * One end of a capability: what a stub calls through. Its other end is an object, an entrypoint, a
 * function or an `RpcTarget`, in this process or behind a port.
 *
 * - `call` MUST take the arguments as they are before it returns, and MUST start calls in order.
 * - `call` MUST NOT throw; what goes wrong is a rejection.
 * - Each `dup` is disposed on its own; the target is told after the last one.
 */
export interface Hook {
  /** @param args absent for the read of a property */
  call(path: readonly string[], args: readonly unknown[] | undefined): Promise<unknown>;
  /** Absent when the other end is no fetcher. */
  fetch?(request: Request): Promise<Response>;
  /** Stubs of it may not be handed on. Default false. */
  readonly staysHome?: boolean;
  /** Why not. Default: it is a facet. */
  whyHome?(): Error;
  dup(): Hook;
  dispose(): void;
}
