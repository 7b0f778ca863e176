import { expect, test, vi } from "vitest";
import { fixedRandom, TestClock } from "../../test/support/fakes.ts";
import { DEFAULT_RETRY, validateRetry } from "./options.ts";
import { isPlatformFailure, isPlatformTransientError } from "./platform.ts";
import { retry } from "./retry.ts";

const ports = () => ({ clock: new TestClock(), random: fixedRandom(0.5) });

test("waits twice the base, then twice that, and throws the last failure", async () => {
  const given = ports();
  const work = vi.fn(async (attempt: number) => Promise.reject(new Error(`no ${attempt}`)));
  await expect(retry(work, DEFAULT_RETRY, given)).rejects.toThrow("no 3");
  expect(given.clock.slept).toEqual([100, 200]);
});

test("asks whether another attempt is worth it, by its number", async () => {
  const shouldRetry = vi.fn((_error: unknown, next: number) => next < 3);
  const work = vi.fn(async () => Promise.reject(new Error("no")));
  await expect(
    retry(work, { ...DEFAULT_RETRY, maxAttempts: 9 }, ports(), { shouldRetry }),
  ).rejects.toThrow();
  expect([work.mock.calls.length, shouldRetry.mock.calls.map(([, next]) => next)]).toEqual([
    2,
    [2, 3],
  ]);
});

test.each([
  ["after the last attempt", () => true, ["no", 3, [2, 3]]],
  ["again when it gave no answer", () => undefined as never, ["no", 1, [2]]],
])("is not asked %s", async (_what, answer, expected) => {
  const shouldRetry = vi.fn<(error: unknown, next: number) => boolean>(answer);
  const work = vi.fn(async () => Promise.reject(new Error("no")));
  const failure = retry(work, DEFAULT_RETRY, ports(), { shouldRetry }).catch(
    (error: Error) => error.message,
  );
  expect([
    await failure,
    work.mock.calls.length,
    shouldRetry.mock.calls.map(([, next]) => next),
  ]).toEqual(expected);
});

test.each([
  [{ maxAttempts: 0 }, "retry.maxAttempts must be >= 1"],
  [{ maxAttempts: Number.NaN }, "retry.maxAttempts must be >= 1"],
  [{ maxAttempts: 1.5 }, "retry.maxAttempts must be an integer"],
  [{ baseDelayMs: 0 }, "retry.baseDelayMs must be > 0"],
  [{ maxDelayMs: Number.POSITIVE_INFINITY }, "retry.maxDelayMs must be > 0"],
  [{ baseDelayMs: 5000 }, "retry.baseDelayMs must be <= retry.maxDelayMs"],
])("refuses %j", (options, message) => {
  expect(() => validateRetry(options)).toThrow(message);
});

test.each([
  [new Error("Network connection lost."), true, true],
  [new Error("query", { cause: new Error("This script has been upgraded.") }), true, true],
  [Object.assign(new Error("x"), { retryable: true }), true, true],
  [Object.assign(new Error("x"), { retryable: true, overloaded: true }), false, false],
  [new Error("Durable Object's isolate exceeded its memory limit and was reset."), false, true],
  [new Error("the customer upgraded"), false, false],
  ["Network connection lost.", true, true],
  [undefined, false, false],
])("%s: transient %s, of the platform %s", (error, transient, platform) => {
  expect([isPlatformTransientError(error), isPlatformFailure(error)]).toEqual([
    transient,
    platform,
  ]);
});
