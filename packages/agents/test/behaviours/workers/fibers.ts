import { Agent, type FiberContext, type FiberRecoveryContext } from "@freehold/agents";
import { told } from "./told.ts";

const never = () => new Promise<never>(() => undefined);

/** Leaves fibers to its next life, and tells what it hears of them. */
export class Weaver extends Agent {
  static override options = { keepAliveIntervalMs: 1000 };

  override onStart() {
    told.push("started");
  }

  override async onFiberRecovered({ name, snapshot }: FiberRecoveryContext) {
    told.push(["recovered", name, snapshot]);
    if (name === "poison") throw new Error("the hook fails on purpose");
    return name === "kept" ? ({ status: "completed" } as const) : undefined;
  }

  /** A fiber that its life does not see the end of. */
  leave(name: string) {
    void this.runFiber(name, async ({ stash }) => {
      stash({ of: name });
      await never();
    });
  }

  async leaveKept() {
    await this.startFiber("kept", never, { fiberId: "kept" });
  }

  async both() {
    let held = 0;
    const code = (name: string) => async (_context: FiberContext) => {
      await Promise.resolve();
      this.stash(name);
      held = Math.max(held, this._keepAliveRefs);
      const [row] = this.sql`SELECT snapshot FROM cf_agents_runs WHERE name = ${name}`;
      return row?.snapshot;
    };
    const snapshots = await Promise.all([
      this.runFiber("one", code("one")),
      this.runFiber("two", code("two")),
    ]);
    const failed = await this.runFiber("three", async () => {
      throw new TypeError("broke");
    }).catch((error: Error) => error.message);
    return { snapshots, held, failed, left: this.left(), after: this._keepAliveRefs };
  }

  left() {
    return this.sql`SELECT name FROM cf_agents_runs`.length;
  }

  stashOutside() {
    try {
      this.stash(1);
    } catch (error) {
      return (error as Error).message;
    }
    return "stashed";
  }

  end() {
    this.ctx.abort("ended by the test");
  }
}

export default { fetch: () => new Response(null, { status: 404 }) };
