import { nanoid } from "nanoid";

/** Chance, as the SDK sees it. */
export interface Random {
  /** A number in [0, 1). */
  fraction(): number;
  /** A URL-safe identifier of `length` characters (default 21). */
  id(length?: number): string;
}

/** The runtime's source of chance; identifiers come from its cryptographic generator. */
export const systemRandom: Random = {
  fraction: () => Math.random(),
  id: (length) => nanoid(length),
};
