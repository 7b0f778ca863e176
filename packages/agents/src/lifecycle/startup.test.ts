import { expect, test, vi } from "vitest";
import { Startup } from "./startup.ts";

const block = (body: () => Promise<void>) => body();

test("starts once for everyone who comes meanwhile, then costs nothing", async () => {
  const start = vi.fn(async () => {
    await Promise.resolve();
  });
  const startup = new Startup({ block, start });
  await Promise.all([startup.ensure({ a: 1 }), startup.ensure({ b: 2 })]);
  expect(start).toHaveBeenCalledExactlyOnceWith({ a: 1 });
  expect([startup.status, startup.ensure()]).toEqual(["started", undefined]);
});

test("a failed start is tried again, and never fails inside the block", async () => {
  const blocked: string[] = [];
  const start = vi.fn().mockRejectedValueOnce(new Error("not yet"));
  const startup = new Startup({
    start,
    block: (body) =>
      body().then(
        () => void blocked.push("fine"),
        () => void blocked.push("reset"),
      ),
  });
  await expect(startup.ensure()).rejects.toThrow("not yet");
  expect(startup.status).toBe("zero");
  await startup.ensure();
  expect([blocked, startup.status]).toEqual([["fine", "fine"], "started"]);
});

test("what runs inside the start does not wait for its end", async () => {
  const startup: Startup = new Startup({
    block,
    start: async () => {
      await Promise.resolve();
      await startup.ensure();
    },
  });
  await startup.ensure();
  expect(startup.status).toBe("started");
});
