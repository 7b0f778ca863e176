/** What a client may send, and what may wait for it. */
export interface HttpLimits {
  /** Largest request body, in bytes. Default 100 MiB; then 413. */
  readonly bodyBytes: number;
  /** Largest head of a request, in bytes. Default 128 KiB; then 431. Only of a host's own server. */
  readonly headBytes: number;
  /** Most header lines of a request. Default 1,000; then 431. */
  readonly headers: number;
  /** Longest path with query, in bytes. Default 16 KiB; then 414. */
  readonly urlBytes: number;
  /** Largest WebSocket message from a client, in bytes. Default 32 MiB; then close 1009. */
  readonly messageBytes: number;
  /** What may wait for a slow WebSocket client, in bytes. Default 64 MiB; then close 1013. */
  readonly waitingBytes: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  bodyBytes: 100 * MIB,
  headBytes: 128 * 1024,
  headers: 1000,
  urlBytes: 16 * 1024,
  messageBytes: 32 * MIB,
  waitingBytes: 64 * MIB,
};
