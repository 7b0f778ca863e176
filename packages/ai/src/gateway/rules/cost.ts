import type { CustomCost } from "../request-options.ts";
import type { Price } from "../settings.ts";
import type { Usage } from "./usage.ts";

const MILLION = 1_000_000;

/** What a request cost; `undefined` where nobody says what a token costs. */
export function costOf(
  usage: Usage | undefined,
  price: Price | undefined,
  custom: CustomCost | undefined,
): number | undefined {
  if (custom?.total !== undefined) return custom.total;
  if (usage === undefined) return undefined;
  if (custom !== undefined) {
    return usage.input * (custom.perTokenIn ?? 0) + usage.output * (custom.perTokenOut ?? 0);
  }
  if (price === undefined) return undefined;
  return (usage.input * price.input + usage.output * price.output) / MILLION;
}

/** The price of a model: under its provider's name first. */
export function priceOf(
  prices: Readonly<Record<string, Price>>,
  provider: string,
  model: string,
): Price | undefined {
  const names = [`${provider}/${model}`, model];
  const name = names.find((one) => Object.hasOwn(prices, one));
  return name === undefined ? undefined : prices[name];
}
