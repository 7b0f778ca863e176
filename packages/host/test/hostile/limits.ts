/** Largest WebSocket message that the target takes, in bytes. */
export const MESSAGE_BYTES = 5000;
/** Largest request body that the target takes, in bytes. */
export const BODY_BYTES = 100_000;
