import type { Step } from "../support.ts";

/** A program as data: made at random, run by the engine and by a model. */
export type Node =
  | {
      readonly kind: "do";
      readonly name: string;
      /** So many attempts fail before one succeeds; more than `limit` means that the step fails. */
      readonly fails: number;
      readonly limit: number;
      readonly delayMs: number;
      /** How long its code takes. */
      readonly tookMs: number;
    }
  | { readonly kind: "sleep"; readonly name: string; readonly ms: number }
  | {
      readonly kind: "wait";
      readonly name: string;
      readonly type: string;
      readonly timeoutMs: number;
    }
  | { readonly kind: "sequence" | "parallel"; readonly parts: readonly Node[] }
  | { readonly kind: "race"; readonly slow: Node; readonly ms: number }
  | { readonly kind: "caught"; readonly part: Node }
  | { readonly kind: "throw"; readonly message: string };

/** What steps do to the world: how often the code of each ran to its end, well or not. */
export class World {
  readonly done = new Map<string, number>();
  readonly failed = new Map<string, number>();

  /** What one attempt of a step does. */
  attempt(label: string, fails: number): string {
    const failures = this.failed.get(label) ?? 0;
    if (failures < fails) {
      this.failed.set(label, failures + 1);
      throw new Error(`${label} failed`);
    }
    this.done.set(label, (this.done.get(label) ?? 0) + 1);
    return `${label} done`;
  }
}

/** What a program needs of the platform: the engine's `step`, or a model of it. */
export interface Platform {
  readonly step: Step;
  readonly world: World;
  /** Takes time inside of a step. */
  pause(ms: number): Promise<void>;
}

/** Runs a program. What it returns is all that it saw. */
export async function run(node: Node, platform: Platform): Promise<unknown> {
  const { step, world } = platform;
  switch (node.kind) {
    case "do": {
      const { name, fails, limit, delayMs, tookMs } = node;
      const config = { timeout: "1 year", retries: { limit, delay: delayMs, backoff: "linear" } };
      return await step.do(name, config, async ({ step: { count } }: Context) => {
        if (tookMs > 0) await platform.pause(tookMs);
        return world.attempt(`${name}-${count}`, fails);
      });
    }
    case "sleep":
      await step.sleep(node.name, node.ms);
      return `slept ${node.name}`;
    case "wait": {
      const { name, type, timeoutMs } = node;
      return (await step.waitForEvent(name, { type, timeout: timeoutMs })).payload;
    }
    case "sequence": {
      const seen: unknown[] = [];
      for (const part of node.parts) seen.push(await run(part, platform));
      return seen;
    }
    case "parallel": {
      const all = await Promise.allSettled(node.parts.map((part) => run(part, platform)));
      const failed = all.find((one) => one.status === "rejected");
      if (failed !== undefined) throw failed.reason;
      return all.map((one) => (one.status === "fulfilled" ? one.value : undefined));
    }
    case "race": {
      const slow = run(node.slow, platform);
      slow.catch(() => undefined);
      const short = step.sleep("short", node.ms).then(() => "short");
      const winner = await Promise.race([slow, short]);
      return [winner, await slow];
    }
    case "caught":
      return await run(node.part, platform).catch((error: Error) => `caught ${error.message}`);
    case "throw":
      throw new Error(node.message);
  }
}

interface Context {
  readonly step: { readonly count: number };
}

/** The events that a program waits for and that are to be sent: all but those of waits that are to end. */
export function eventsFor(node: Node): readonly string[] {
  switch (node.kind) {
    case "wait":
      return node.timeoutMs > LONG_MS ? [node.type] : [];
    case "sequence":
    case "parallel":
      return node.parts.flatMap(eventsFor);
    case "race":
      return eventsFor(node.slow);
    case "caught":
      return eventsFor(node.part);
    default:
      return [];
  }
}

/** A wait that is longer gets its event. */
export const LONG_MS = 86_400_000;
