import { FreeholdError } from "@freehold/host";

/** What is asked of an index, as the contract's errors call it. */
export type Operation =
  | "INDEX_GET"
  | "VECTOR_QUERY"
  | "VECTOR_INSERT"
  | "VECTOR_UPSERT"
  | "VECTOR_GET"
  | "VECTOR_DELETE";

/** Codes of the service where they are known (40006 and 40012), and ours, which begin with 4009. */
export const Code = {
  QUERY_VECTOR: 40006,
  VECTOR: 40012,
  ARGUMENT: 40090,
  ID: 40091,
  NAMESPACE: 40092,
  METADATA: 40093,
  FILTER: 40094,
  BATCH: 40095,
  OPTIONS: 40096,
  MISSING: 40097,
  ENGINE: 40098,
} as const;

/**
 * What a call of the binding rejects with: a plain `Error` whose text is
 * `<OPERATION>_ERROR (code = N): …`, with its cause. Source: `platform.md` 5.1.
 */
export function vectorError(
  operation: Operation,
  code: number,
  text: string,
  cause?: unknown,
): Error {
  return new Error(`${operation}_ERROR (code = ${code}): ${text}`, {
    cause: cause ?? { code, error: text },
  });
}

/** A complaint about an argument, before it is known which call it belongs to. */
export class BadVector extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * What the commands and the configuration of indexes throw.
 *
 * Codes: `VECTORS_INDEX_EXISTS`, `VECTORS_INDEX_MISSING`, `VECTORS_INDEX_DIFFERS`, `VECTORS_NAME_INVALID`,
 * `VECTORS_CONFIG_INVALID`, `VECTORS_ENGINE_FAILED`, `VECTORS_LIBRARY_MISSING`.
 */
export function vectorsError(
  code: string,
  message: string,
  help: string,
  cause?: unknown,
): FreeholdError {
  return new FreeholdError(code, message, { help, ...(cause === undefined ? {} : { cause }) });
}
