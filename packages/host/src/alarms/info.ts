import { platformClass } from "../storage/shape.ts";

/** What an alarm's handler is told. Its fields are its own and cannot be changed. */
export class AlarmInvocationInfo {
  declare readonly scheduledTime: number;
  declare readonly retryCount: number;
  declare readonly isRetry: boolean;

  static {
    platformClass(AlarmInvocationInfo, [], () => true);
  }

  /** @param scheduledTime in milliseconds since the epoch */
  constructor(scheduledTime: number, retryCount: number) {
    const fields = { scheduledTime, retryCount, isRetry: retryCount > 0 };
    for (const [name, value] of Object.entries(fields)) {
      Object.defineProperty(this, name, { value, enumerable: true, configurable: true });
    }
  }
}
