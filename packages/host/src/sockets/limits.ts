/** Largest message taken from a peer: 32 MiB. A larger one ends the socket with 1009. */
export const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

/** What may wait to be taken by a slow peer before its socket ends with 1013: 64 MiB. */
export const MAX_BUFFERED_BYTES = 64 * 1024 * 1024;

/** What handlers of one socket may still have to finish before the peer is held back: 64 MiB. */
export const MAX_UNHANDLED_BYTES = 64 * 1024 * 1024;
/** What a message costs besides its data, roughly. */
export const MESSAGE_OVERHEAD_BYTES = 1024;

export const MAX_EVENT_TIMEOUT_MS = 604_800_000;
/** RFC 6455: a Close frame has 125 bytes, two of which are the code. */
export const MAX_CLOSE_REASON_BYTES = 123;

/** RFC 6455 and its registry. */
export const CloseCode = {
  goingAway: 1001,
  noStatus: 1005,
  abnormal: 1006,
  tooBig: 1009,
  serviceRestart: 1012,
  tryAgainLater: 1013,
} as const;
