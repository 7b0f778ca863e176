import { objectErrors } from "../contract-errors.ts";

/** Behind a flag that is not offered; the name is there all the same. */
export const onHibernate: undefined = undefined;

/**
 * Marks methods of objects as safe to run more than once. Without effect here: a call within one host
 * has no connection that could be lost under it.
 *
 * @throws TypeError for what is no function
 *
 * @example
 * ```ts
 * class Counter extends DurableObject {
 *   static {
 *     retryable(this.prototype.reset);
 *   }
 *   async reset() {}
 * }
 * ```
 */
export function retryable(...methods: readonly unknown[]): void {
  for (const method of methods) {
    if (typeof method !== "function") throw objectErrors.retryableNeedsFunctions();
  }
}
