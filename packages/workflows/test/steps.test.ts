import { describe, expect, test } from "vitest";
import { FLOW, moduleOf, NonRetryableError, type Step, start, textOf } from "./support.ts";

const HOUR = 3_600_000;

describe("a step", () => {
  test("runs once, over replays, and its result is a copy each time", async () => {
    const ran: string[] = [];
    const results: unknown[] = [];
    const module = moduleOf(async (_event, step) => {
      const first = await step.do("first", async () => {
        ran.push("first");
        return { at: new Date(0), map: new Map([[1, 2n]]) };
      });
      results.push(first);
      await step.sleep("night", "8 hours");
      return await step.do("second", () => {
        ran.push("second");
        return 2;
      });
    });
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create({ id: "a" });
    await clock.advance(1);
    expect(await instance.status()).toEqual({ status: "waiting", output: null });
    expect(ran).toEqual(["first"]);
    await clock.advance(8 * HOUR);
    expect(await instance.status()).toEqual({ status: "complete", output: 2 });
    expect(ran).toEqual(["first", "second"]);
    expect(results).toEqual([
      { at: new Date(0), map: new Map([[1, 2n]]) },
      { at: new Date(0), map: new Map([[1, 2n]]) },
    ]);
    expect(results[0]).not.toBe(results[1]);
  });

  test("is tried again after its delays, and fails with its last error", async () => {
    const at: number[] = [];
    const module = moduleOf(async (_event, step) => {
      const config = { retries: { limit: 2, delay: "1 minute", backoff: "linear" } };
      return await step
        .do("shaky", config, async (context: { attempt: number }) => {
          at.push(Date.now());
          throw new RangeError(`try ${context.attempt}`);
        })
        .catch((error: Error) => `${error.constructor.name}: ${error.message}`);
    });
    const { workflow, clock } = await start(module, [FLOW]);
    const begin = clock.now();
    const instance = await workflow().create();
    await clock.advance(10 * 60_000);
    expect(at.map((time) => time - begin)).toEqual([0, 60_000, 180_000]);
    expect(await instance.status()).toMatchObject({
      status: "complete",
      output: "RangeError: try 3",
    });
  });

  test("that says so is not tried again", async () => {
    let attempts = 0;
    const module = moduleOf(async (_event, step) => {
      await step.do("never", async () => {
        attempts += 1;
        throw new NonRetryableError("no use");
      });
    });
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create();
    await clock.advance(HOUR);
    expect(attempts).toBe(1);
    expect(await instance.status()).toMatchObject({
      status: "errored",
      error: { name: "WorkflowFatalError" },
    });
  });

  test("that takes too long is given up, and what it still answers is lost", async () => {
    const module = moduleOf(async (_event, step) => {
      const config = { timeout: "1 minute", retries: { limit: 1, delay: 0 } };
      return await step.do("slow", config, async ({ attempt }: { attempt: number }) => {
        await new Promise((resolve) => setTimeout(resolve, attempt === 1 ? 90_000 : 10));
        return `attempt ${attempt}`;
      });
    });
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create();
    await clock.advance(2 * 60_000);
    expect(await instance.status()).toMatchObject({ status: "complete", output: "attempt 2" });
  });

  test("has a limit on how many there are, and on how much one returns", async () => {
    const module = moduleOf(async (_event, step) => {
      const large = await step.do("large", async () => "x".repeat(1_048_577)).catch(textOf);
      await step.sleep("counts", 1);
      await step.do("second", async () => 2);
      return [large, await step.do("third", async () => 3).catch(textOf)];
    });
    const { workflow, clock } = await start(module, [{ ...FLOW, stepLimit: 2 }]);
    const instance = await workflow().create();
    await clock.advance(100);
    const { output } = await instance.status();
    expect(output).toEqual([
      "WorkflowFatalError: Step large-1 output is too large. Maximum allowed size is 1MiB.",
      "WorkflowFatalError: The limit of 2 steps has been reached. This limit can be changed in your worker configuration.",
    ]);
  });

  test("stores no more than its instance may, and nor do its events and its output", async () => {
    const mebibyte = 1024 * 1024;
    const module = moduleOf(async ({ payload }, step) => {
      const texts: string[] = [];
      const keep = async (name: string, value: unknown) => {
        const retries = { limit: 0, delay: 1 };
        await step
          .do(name, { retries }, async () => value)
          .catch((error: Error) => {
            texts.push(error.message);
          });
      };
      for (let n = 0; n < 3; n += 1) await keep("large", "x".repeat(1_000_000));
      await keep("stream", new Blob(["x".repeat(3 * mebibyte)]).stream());
      await keep("small", "fits");
      await step.waitForEvent("go", { type: "go" });
      return payload.output === undefined ? texts : "x".repeat(Number(payload.output));
    });
    const limits = { stateBytes: 2.5 * mebibyte };
    const { workflow, clock } = await start(module, [FLOW], { limits });
    const [one, other] = [
      await workflow().create(),
      await workflow().create({ params: { output: 2_000_001 } }),
    ];
    await clock.advance(60_000);
    await expect(one.sendEvent({ type: "go", payload: "x".repeat(600_000) })).rejects.toThrow(
      "WorkflowError: The event does not fit. An instance may store 2621440 bytes",
    );
    await one.sendEvent({ type: "go" });
    await other.sendEvent({ type: "go" });
    await clock.advance(60_000);
    const no = "output does not fit. An instance may store 2621440 bytes in all.";
    expect((await one.status()).output).toEqual([
      ...[`WorkflowFatalError: Step large-3 ${no}`, `WorkflowFatalError: Step stream-1 ${no}`],
    ]);
    expect(await other.status()).toMatchObject({
      status: "errored",
      error: { message: "The output of the Workflow instance is larger than 2000000 bytes." },
    });
    await expect(workflow().create({ params: "x".repeat(mebibyte) })).rejects.toThrow(
      "WorkflowError: The params are too large. Maximum allowed size is 1MiB.",
    );
  });

  test("may return a stream, which is there again at each replay", async () => {
    const texts: string[] = [];
    const module = moduleOf(async (_event, step) => {
      const stream = await step.do("file", async () => {
        const parts = ["a".repeat(700_000), "b"].map((part) => new TextEncoder().encode(part));
        return new ReadableStream({
          pull(controller) {
            const part = parts.shift();
            if (part === undefined) controller.close();
            else controller.enqueue(part);
          },
        });
      });
      texts.push(await new Response(stream as ReadableStream).text());
      await step.sleep("night", "8 hours");
      return texts.length;
    });
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create();
    await clock.advance(9 * HOUR);
    expect(await instance.status()).toMatchObject({ status: "complete", output: 2 });
    expect(texts).toEqual([`${"a".repeat(700_000)}b`, `${"a".repeat(700_000)}b`]);
  });

  test("that won a race wins it again at each replay", async () => {
    const winners: unknown[] = [];
    const module = moduleOf(async (_event, step) => {
      const slow = step.do("slow", async () => {
        await new Promise((resolve) => setTimeout(resolve, 2000));
        return "slow";
      });
      winners.push(await Promise.race([slow, step.sleep("short", 1000).then(() => "short")]));
      await slow;
      await step.sleep("night", "8 hours");
      return winners;
    });
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create();
    await clock.advance(9 * HOUR);
    expect(await instance.status()).toMatchObject({ output: ["short", "short"] });
  });

  test("whose code was cut off counts as an attempt that failed", async () => {
    let begun = 0;
    const module = moduleOf(async (_event, step) => {
      const config = { retries: { limit: 1, delay: "1 second" } };
      return await step.do("cut", config, async ({ attempt }: { attempt: number }) => {
        begun += 1;
        if (attempt === 1) await new Promise(() => undefined);
        return attempt;
      });
    });
    const { workflow, clock, host } = await start(module, [FLOW]);
    await workflow().create({ id: "a" });
    await clock.advance(1);
    expect(begun).toBe(1);
    await host.abortAll(new Error("The process died."));
    await clock.advance(5000);
    expect(await (await workflow().get("a")).status()).toMatchObject({ output: 2 });
    expect(begun).toBe(2);
  });
});

test("a sleep that has begun ends when it was to end, whatever a replay says of it", async () => {
  let hours = 1;
  const module = moduleOf(async (_event, step) => {
    await step.sleep("nap", `${hours} hours`);
    return "rested";
  });
  const { workflow, clock, host } = await start(module, [FLOW]);
  await workflow().create({ id: "a" });
  await clock.advance(HOUR / 2);
  hours = 5;
  await host.abortAll(new Error("The process died."));
  await clock.advance(HOUR / 2);
  expect(await (await workflow().get("a")).status()).toMatchObject({ output: "rested" });
});

describe("an event", () => {
  test("is kept until a step waits for its type, and is taken once, in order", async () => {
    const module = moduleOf(async (_event, step) => {
      await step.sleep("night", "8 hours");
      const got: unknown[] = [];
      for (const type of ["a", "a", "b"]) {
        got.push((await step.waitForEvent(`for ${type}`, { type })).payload);
      }
      return got;
    });
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create();
    await instance.sendEvent({ type: "b", payload: 1n });
    await instance.sendEvent({ type: "a", payload: 2 });
    await instance.sendEvent({ type: "a", payload: 3 });
    await clock.advance(9 * HOUR);
    expect(await instance.status()).toMatchObject({ status: "errored" });
    await instance.restart();
    for (const payload of [5, 6]) await instance.sendEvent({ type: "a", payload });
    await instance.sendEvent({ type: "b", payload: "last" });
    await clock.advance(9 * HOUR);
    expect(await instance.status()).toMatchObject({ output: [5, 6, "last"] });
  });

  test("wakes an instance that left memory; one that nobody waits for does not", async () => {
    let runs = 0;
    const module = moduleOf(async (_event, step) => {
      runs += 1;
      const { payload, type, timestamp } = await step.waitForEvent("w", { type: "go" });
      return { payload, type, at: timestamp.getTime() };
    });
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create();
    await clock.advance(1000);
    await instance.sendEvent({ type: "other", payload: 1 });
    await clock.advance(1000);
    expect(runs).toBe(1);
    const at = clock.now();
    await instance.sendEvent({ type: "go", payload: [1] });
    await clock.advance(1000);
    expect(runs).toBe(2);
    expect(await instance.status()).toMatchObject({ output: { payload: [1], type: "go", at } });
  });

  test("that does not come in time is an error that a program may catch", async () => {
    const module = moduleOf((_event, step) =>
      step.waitForEvent("w", { type: "go", timeout: "2 days" }).catch(textOf),
    );
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create();
    await clock.advance(47 * HOUR);
    expect((await instance.status()).status).toBe("waiting");
    await clock.advance(HOUR);
    expect(await instance.status()).toMatchObject({
      output: "WorkflowTimeoutError: Execution timed out after 172800000ms",
    });
  });
});

test("a replay that takes another way is told of, by name", async () => {
  let version = 1;
  const module = moduleOf(async (_event, step) => {
    await step.do(`prepare v${version}`, async () => 1);
    await step.sleep("night", "8 hours");
    return version;
  });
  const { workflow, clock, lines } = await start(module, [FLOW]);
  const instance = await workflow().create({ id: "a" });
  await clock.advance(1000);
  version = 2;
  await clock.advance(9 * HOUR);
  expect(await instance.status()).toMatchObject({ output: 2 });
  expect(lines).toMatchObject([
    {
      level: "warn",
      fields: { workflow: "flow", instance: "a", missing: ["prepare v1-1"] },
    },
  ]);
  expect(lines[0]!.fields.fresh).toContain("prepare v2-1");
});

test("misuse is answered where it happens", async () => {
  const fails = (step: Step, thrown: unknown) =>
    step.do("throws", { retries: { limit: 0, delay: 0 } }, async () => {
      throw thrown;
    });
  const module = moduleOf(async (_event, step) => [
    await fails(step, [1]).catch(textOf),
    await fails(step, Object.assign(new Error("nameless"), { name: "" })).catch(textOf),
    await fails(step, Object.assign(new Error("odd"), { name: Symbol("odd") })).catch(textOf),
    await fails(step, new Error("x".repeat(3_000_000))).catch((error) => textOf(error).length),
    await step.do("a").catch(textOf),
    await step.do("a\nb", async () => 1).catch(textOf),
    await step.do("a", { timeout: 0 }, async () => 1).catch(textOf),
    await step.sleep("long", "400 days").catch(textOf),
    await step.sleep("odd", "5 parsecs").catch(textOf),
    await step.sleepUntil("past", 5).catch(textOf),
    await step.waitForEvent("w", { type: "x", timeout: 0 }).catch(textOf),
  ]);
  const { workflow, clock } = await start(module, [FLOW]);
  const instance = await workflow().create();
  await clock.advance(10);
  expect((await instance.status()).output).toEqual([
    "[object Array]",
    "nameless",
    "An error was thrown that cannot be read.",
    256 * 1024 + 1,
    'WorkflowFatalError: Step "a" requires a callback function',
    'WorkflowFatalError: Step name "a\nb" exceeds max length (256 chars) or invalid characters found',
    'WorkflowFatalError: Step config for "a" is in a invalid format. See https://developers.cloudflare.com/workflows/build/sleeping-and-retrying/',
    'The sleep "long" is longer than 365 days',
    'The duration of the sleep "odd" must be a number of ms or a duration string like "30 seconds"',
    "You can't sleep until a time in the past, time-traveler",
    'The timeout of the wait "w" must be a number of ms or a duration string like "24 hours"',
  ]);
});
