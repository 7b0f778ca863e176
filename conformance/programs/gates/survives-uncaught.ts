import { DurableObject, RpcTarget } from "cloudflare:workers";
import { EventEmitter } from "node:events";
import { inWorker } from "../../worker/program.ts";

class Ending extends RpcTarget {
  hello() {
    return "hello";
  }
  [Symbol.dispose]() {
    throw new Error("in a disposer");
  }
}

const ways: Record<string, (ctx: DurableObjectState) => void> = {
  timer: () => void setTimeout(() => fail("timer"), 1),
  interval: () => {
    const interval = setInterval(() => {
      clearInterval(interval);
      fail("interval");
    }, 1);
  },
  microtask: () => queueMicrotask(() => fail("microtask")),
  rejection: () => void Promise.reject(new Error("rejection")),
  "late rejection": () => void scheduler.wait(1).then(() => fail("late rejection")),
  "a rejection of a text": () => void Promise.reject("text"),
  waitUntil: (ctx) => ctx.waitUntil(Promise.reject(new Error("waitUntil"))),
  emitter: () => void setTimeout(() => new EventEmitter().emit("error", new Error("emitter")), 1),
  immediate: () => void setImmediate(() => fail("immediate")),
  "a stream": () => {
    new ReadableStream({ pull: () => fail("a stream") }).getReader().read();
  },
};

function fail(where: string): never {
  throw new Error(where);
}

let constructed = 0;

export class Subject extends DurableObject {
  #instance = ++constructed;
  start(way: string) {
    ways[way]!(this.ctx);
    return "started";
  }
  ending() {
    return new Ending();
  }
  instance() {
    return this.#instance;
  }
}

export default inWorker<{ Subject: Subject }>(
  "an object lives on after an error that nobody caught",
  async ({ objects, note, fails, sleep }) => {
    const stub = objects.Subject.getByName("x");
    const other = objects.Subject.getByName("y");
    note("instances", [await stub.instance(), await other.instance()]);
    for (const way of Object.keys(ways)) {
      await fails(way, () => stub.start(way));
      await sleep(15);
      note(`after ${way}`, [await stub.instance(), await other.instance()]);
    }
    const ending = (await stub.ending()) as unknown as Disposable;
    ending[Symbol.dispose]();
    await sleep(15);
    note("after a disposer", await stub.instance());
  },
);
