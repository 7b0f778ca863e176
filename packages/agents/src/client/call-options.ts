/**
 * Options of one call.
 *
 * @module
 */

/** Milliseconds an ordinary call waits for its answer when nothing else is said. */
export const DEFAULT_CALL_TIMEOUT_MS = 30_000;

/** Callbacks for the chunks of a streaming call. */
export interface StreamOptions {
  /** Called with each chunk. */
  onChunk?: (chunk: unknown) => void;
  /** Called once at the end, with the final chunk (`undefined` when there is none). */
  onDone?: (finalChunk: unknown) => void;
  /** Called once when the call fails, with the reason in words. */
  onError?: (error: string) => void;
}

/** Options of `call()`. */
export interface CallOptions {
  /**
   * Milliseconds to wait for the answer; `0` waits for ever. Default: the connection's
   * `defaultCallTimeout` (30 s), and no limit for streaming calls.
   */
  timeout?: number;
  /** Where the chunks of a streaming call go. */
  stream?: StreamOptions;
}

/**
 * Brings both accepted shapes to one. Besides `{ timeout, stream }`, the callbacks themselves are
 * accepted (`{ onChunk, onDone, onError }`), as older code passes them.
 *
 * @example
 * ```ts
 * splitCallOptions({ onChunk: console.log }).stream?.onChunk?.("a");
 * ```
 */
export function splitCallOptions(options: CallOptions | StreamOptions | undefined): {
  stream: StreamOptions | undefined;
  timeout: number | undefined;
} {
  if (!options) return { stream: undefined, timeout: undefined };
  if ("onChunk" in options || "onDone" in options || "onError" in options) {
    return { stream: options as StreamOptions, timeout: undefined };
  }
  const { stream, timeout } = options as CallOptions;
  return { stream, timeout };
}

/** The time a call may take in ms, or 0 for no limit. */
export function callTimeout(
  options: { stream: StreamOptions | undefined; timeout: number | undefined },
  defaultTimeout: number = DEFAULT_CALL_TIMEOUT_MS,
): number {
  if (options.timeout !== undefined) return Math.max(0, options.timeout);
  return options.stream ? 0 : Math.max(0, defaultTimeout);
}
