import { randomBytes } from "node:crypto";

/**
 * Chance as the host sees it.
 *
 * - `bytes` MUST be fit for identifiers that nobody can guess.
 * - `fraction` MUST lie in [0, 1); it serves jitter only.
 */
export interface Random {
  bytes(length: number): Uint8Array;
  fraction(): number;
}

/** The machine's own source of chance. */
export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  fraction: () => Math.random(),
};
