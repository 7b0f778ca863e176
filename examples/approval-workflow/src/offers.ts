import type { Offer } from "./protocol.ts";

const SHOPS = ["Amber & Sons", "Birch Supply", "Corner Stores"] as const;

/**
 * Looks for offers. These are made up from the letters of what is wanted, so that the example needs no
 * key: let a model search here, and keep the shape.
 */
export async function findOffers(what: string): Promise<Offer[]> {
  const worth = [...what].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0);
  return SHOPS.map((from, index) => ({ from, price: 20 + ((worth * (index + 3)) % 180) })).sort(
    (one, other) => one.price - other.price,
  );
}

/** Orders. The key is the same for each attempt, so that a shop can tell an order from its repetition. */
export async function order(offer: Offer, key: string): Promise<string> {
  return `${offer.from.slice(0, 1)}-${key.slice(-6)}`;
}
