import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Node extends RpcTarget {
  readonly depth: number;
  constructor(depth: number) {
    super();
    this.depth = depth;
  }
  get child() {
    return new Node(this.depth + 1);
  }
  make() {
    return new Node(this.depth + 1);
  }
  async slow() {
    await scheduler.wait(5);
    return { node: new Node(this.depth + 1), list: [new Node(10)], f: () => () => "inner" };
  }
  at() {
    return this.depth;
  }
  fail(): Node {
    throw new RangeError(`at ${this.depth}`);
  }
}

export class Subject extends DurableObject {
  root() {
    return new Node(0);
  }
}

interface Open extends PromiseLike<unknown> {
  (...args: unknown[]): Open;
  [name: string]: Open & ((...args: unknown[]) => Open);
}

export default inWorker<{ Subject: Subject }>(
  "calls through many results that have not arrived",
  async ({ objects, note, fails }) => {
    const stub = objects.Subject.getByName("x") as unknown as Open;
    note("five calls", await stub.root!().make!().make!().make!().at!());
    note("properties and calls", await stub.root!().child!.child!.make!().child!.at!());
    note("into a record", await stub.root!().slow!().node!.at!());
    note("twice", await stub.root!().slow!().node!.slow!().node!.at!());
    note("a function's function", await stub.root!().slow!().f!()());
    await fails("a failure in the middle", () => stub.root!().make!().fail!().make!().at!());
    await fails("a missing method in the middle", () => stub.root!().nope!().make!().at!());
    await fails("a number in the middle", () => stub.root!().at!().make!());
    await fails("a missing part", () => stub.root!().slow!().nope!.at!());
    await fails("a property that is no function", () => stub.root!().depth!());
  },
);
