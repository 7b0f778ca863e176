/** What agents were told, for tests to read: both run in one process. */
export const told: unknown[] = [];
