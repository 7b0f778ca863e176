/** Details that every {@link FreeholdError} carries. */
export interface FreeholdErrorOptions {
  /** What the reader can do about it: one sentence. */
  readonly help: string;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/**
 * Base of all errors that the host raises on its own account. Errors whose class and text belong to
 * the Durable Object contract are plain errors and come from `contract-errors.ts`.
 *
 * @example
 * ```ts
 * try {
 *   await createHost(options);
 * } catch (error) {
 *   if (error instanceof FreeholdError) console.error(error.code, error.help);
 * }
 * ```
 */
export class FreeholdError extends Error {
  override readonly name = "FreeholdError";
  /** Stable and machine-readable, such as `CONFIG_INVALID`. Never changes once released. */
  readonly code: string;
  /** What the reader can do about it: one sentence. */
  readonly help: string;

  constructor(code: string, message: string, options: FreeholdErrorOptions) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.help = options.help;
  }
}
