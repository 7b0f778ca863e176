/**
 * What `env.AI` throws. Names, codes and texts are the service's. Source: `platform.md` 6.1, 6.3.
 *
 * @module
 */

/** Codes of refusals, with the service's statuses. */
export const AiCode = {
  NO_SUCH_MODEL: { code: 5007, status: 400 },
  BAD_INPUT: { code: 5006, status: 400 },
  BAD_BASE64: { code: 5004, status: 400 },
  NO_JSON: { code: 5024, status: 400 },
  TOO_LARGE: { code: 3006, status: 413 },
  TIMED_OUT: { code: 3007, status: 408 },
  ABORTED: { code: 3008, status: 408 },
  NO_CAPACITY: { code: 3040, status: 429 },
  UPSTREAM: { code: 3043, status: 500 },
} as const;

export type AiCodeName = keyof typeof AiCode;

/** An `Error` named `InferenceUpstreamError`, whose text is `<code>: <description>`. */
export class InferenceUpstreamError extends Error {
  override readonly name = "InferenceUpstreamError";
  readonly code: number;
  readonly status: number;

  constructor(name: AiCodeName, description: string, cause?: unknown) {
    const { code, status } = AiCode[name];
    super(`${code}: ${description}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
  }
}

/** A mistake in how `run` was called. */
export class AiInternalError extends Error {
  override readonly name = "AiInternalError";
}
