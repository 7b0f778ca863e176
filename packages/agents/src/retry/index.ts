export { type RetryOptions, type RetryPolicy, resolveRetry, validateRetry } from "./options.ts";
export {
  isDurableObjectCodeUpdateReset,
  isDurableObjectMemoryLimitReset,
  isDurableObjectStorageReset,
  isErrorRetryable,
  isPlatformFailure,
  isPlatformTransientError,
} from "./platform.ts";
export { backoffDelay, type RetryHooks, type RetryPorts, retry } from "./retry.ts";
