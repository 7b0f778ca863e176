/**
 * `NonRetryableError` of `cloudflare:workflows`: a step that throws it is not tried again.
 *
 * @example
 * ```ts
 * await step.do("charge", async () => {
 *   throw new NonRetryableError("The card has expired.");
 * });
 * ```
 */
export class NonRetryableError extends Error {
  constructor(message: string, name = "NonRetryableError") {
    super(message);
    this.name = name;
  }
}
