/**
 * Errors of chats that the published package names.
 *
 * @module
 */

/** Nothing came from the model for as long as `chatStreamStallTimeoutMs` allows. */
export class ChatStreamStalledError extends Error {
  readonly isChatStreamStall = true;
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(
      `Chat stream stalled: no activity for ${timeoutMs}ms; the turn was aborted by the stall watchdog.`,
    );
    this.name = "ChatStreamStalledError";
    this.timeoutMs = timeoutMs;
  }
}

/** Whether something thrown is that error, of this copy of the package or another. */
export function isChatStreamStall(error: unknown): boolean {
  return (error as { isChatStreamStall?: unknown } | null)?.isChatStreamStall === true;
}
