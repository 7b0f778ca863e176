import { DurableObject, RpcTarget, WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const seen: string[] = [];
/** What is in here is never collected. */
const held: unknown[] = [];

class Resource extends RpcTarget {
  use() {
    return "used";
  }
  [Symbol.dispose]() {
    seen.push("disposed");
  }
}

export class Subject extends DurableObject {
  open() {
    return new Resource();
  }
}

type Objects = { readonly [name: string]: DurableObjectNamespace<Subject> };

export class Entry extends WorkerEntrypoint {
  async hold(className: string) {
    const objects = this.ctx.exports as unknown as Objects;
    const resource = await objects[className]!.getByName("x").open();
    held.push(resource);
    const used = await resource.use();
    return [used, seen.length];
  }
  async holdLonger(className: string) {
    const objects = this.ctx.exports as unknown as Objects;
    const resource = await objects[className]!.getByName("x").open();
    this.ctx.waitUntil(
      scheduler.wait(40).then(async () => {
        seen.push(`${await resource.use()} afterwards`);
      }),
    );
    return seen.length;
  }
}

type Open = Record<"hold" | "holdLonger", (className: string) => Promise<unknown>>;

export default inWorker<{ Subject: Subject }>(
  "stubs end with the event that holds them",
  async ({ exports, className, note, until }) => {
    const entry = exports.Entry as Open;
    note("in the event", await entry.hold(className("Subject")));
    await until(() => seen.length > 0);
    note("after it", seen.splice(0));
    note("in another", await entry.holdLonger(className("Subject")));
    await until(() => seen.length > 1);
    note("after its waitUntil", seen);
  },
);
