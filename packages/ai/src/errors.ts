import { FreeholdError } from "@freehold/host";

/**
 * What the settings and the tools of models and gateways throw.
 *
 * Codes: `AI_CONFIG_INVALID`, `AI_KEY_MISSING`, `AI_MODEL_UNKNOWN`, `AI_LIBRARY_MISSING`,
 * `AI_MODEL_FAILED`, `AI_MODEL_TOO_LARGE`, `AI_GATEWAY_CLOSED`.
 */
export function aiError(
  code: string,
  message: string,
  help: string,
  cause?: unknown,
): FreeholdError {
  return new FreeholdError(code, message, { help, ...(cause === undefined ? {} : { cause }) });
}
