import { describe, expect, test, vi } from "vitest";
import { fixedRandom, TestClock } from "../../test/support/fakes.ts";
import { routingRetry } from "./retry.ts";

describe("routing retries", () => {
  const lost = Object.assign(new Error("lost"), { retryable: true });

  test("repeat what the platform marks so, and nothing else", async () => {
    const ports = { clock: new TestClock(), random: fixedRandom(0.5) };
    const onRetry = vi.fn().mockRejectedValue(new Error("ignored"));
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const work = vi
      .fn()
      .mockRejectedValueOnce(lost)
      .mockRejectedValueOnce(lost)
      .mockResolvedValue(1);
    expect(await routingRetry(work, { onRetry }, { name: "a" }, ports)).toBe(1);
    expect(ports.clock.slept).toEqual([50, 100]);
    expect(onRetry.mock.calls[0]?.[0]).toMatchObject({
      attempt: 1,
      maxAttempts: 3,
      delayMs: 50,
      name: "a",
    });
    const other = vi.fn().mockRejectedValue(new Error("mine"));
    await expect(routingRetry(other, undefined, { name: "a" }, ports)).rejects.toThrow("mine");
    expect(other).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });

  test("check their options", async () => {
    const ports = { clock: new TestClock(), random: fixedRandom() };
    const bad = routingRetry(async () => 1, { baseDelayMs: 900 }, { name: "a" }, ports);
    await expect(bad).rejects.toThrow("routingRetry.baseDelayMs must be <= maxDelayMs");
  });
});
