import { ErrorText } from "../wire.ts";

/** Name of the variable in `env` that says this is a development machine. */
const DEVELOPMENT_VARIABLE = "FREEHOLD_DEV";

/**
 * Whether errors may be shown to clients with their stacks: only when the deployment's own `env` has
 * `FREEHOLD_DEV` set to `"1"`, `"true"` or `true`. Without it, the safe answer is no. The variable
 * cannot come from a request; `freehold dev` sets it.
 */
export function isDevelopment(env: unknown): boolean {
  if (typeof env !== "object" || env === null) return false;
  const value: unknown = Reflect.get(env, DEVELOPMENT_VARIABLE);
  return value === true || value === "1" || value === "true";
}

/** What a client is told of an internal failure: the stack in development, else nothing of it. */
export function failureText(error: unknown, development: boolean): string {
  if (!development) return ErrorText.INTERNAL;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
