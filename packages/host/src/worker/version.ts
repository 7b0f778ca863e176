/** A class exported by the user's module that extends `DurableObject`. */
export type ObjectClass = new (ctx: unknown, env: unknown) => object;

/** One load of the user's code. A reload makes a new one; objects of the old one drain. */
export interface WorkerVersion {
  /** Grows by one with each load. */
  readonly number: number;
  readonly env: Readonly<Record<string, unknown>>;
  /** `ctx.exports` and `exports` of `cloudflare:workers`. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** @throws FreeholdError `CLASS_NOT_EXPORTED` */
  objectClass(className: string): ObjectClass;
}
