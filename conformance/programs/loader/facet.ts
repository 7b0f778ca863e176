import { DurableObject } from "cloudflare:workers";
import { code, loader } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

const main = `
import { DurableObject } from "cloudflare:workers";
export class Facet extends DurableObject {
  #memory = 0;
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS t (a)");
  }
  add(a) {
    this.#memory += 1;
    this.ctx.storage.sql.exec("INSERT INTO t VALUES (?)", a);
    return [this.#memory, this.ctx.storage.sql.exec("SELECT a FROM t").toArray()];
  }
  async kv() {
    await this.ctx.storage.put({ b: new Date(1), a: [1n] });
    return [...(await this.ctx.storage.list())];
  }
  undone() {
    try {
      this.ctx.storage.transactionSync(() => { this.add("never"); throw new Error("undo"); });
    } catch (error) { return [error.message, this.ctx.storage.sql.exec("SELECT count(*) AS n FROM t").one().n]; }
  }
  wrong() { this.ctx.storage.sql.exec("SELEC 1"); }
  who() { return [this.ctx.id.name, this.ctx.props, Object.keys(this.ctx.exports).sort(), this.env]; }
  boom() { throw new RangeError("boom"); }
  leave() { this.ctx.abort("gone"); }
  alarm() { return this.ctx.storage.getAlarm(); }
  callback(tell) { return tell(this.#memory); }
  fetch(request) { return new Response("facet " + new URL(request.url).pathname); }
  async blocks() {
    const seen = [];
    await this.ctx.blockConcurrencyWhile(async () => { await scheduler.wait(5); seen.push("inside"); });
    return seen;
  }
  async erase() { await this.ctx.storage.deleteAll(); return this.ctx.storage.sql.exec("SELECT count(*) AS n FROM sqlite_master").one().n; }
}
export class Failing extends DurableObject { constructor(ctx, env) { super(ctx, env); throw new TypeError("no start"); } go() {} }
export default {};`;

type Stub = Record<string, (...args: unknown[]) => Promise<unknown>> & {
  fetch(url: string): Promise<Response>;
};

export class Parent extends DurableObject {
  #worker() {
    return loader().get("facet", () => code(main, { env: { E: 1 }, globalOutbound: null }));
  }

  #facet(name: string, className?: string, props = {}): Stub {
    const start = () => ({ class: this.#worker().getDurableObjectClass(className, { props }) });
    return this.ctx.facets.get(name, start) as unknown as Stub;
  }

  async call(name: string, method: string, ...args: unknown[]) {
    return await this.#facet(name, "Facet", { p: 1 })[method]!(...args);
  }

  async other(className?: string) {
    return await this.#facet(`other ${className}`, className).go!();
  }

  async respond(path: string) {
    return await (await this.#facet("a", "Facet").fetch(`http://x${path}`)).text();
  }

  async tell() {
    return await this.#facet("a", "Facet").callback!((n: number) => `told ${n > 0}`);
  }

  shape() {
    const found = this.#worker().getDurableObjectClass("Facet") as object;
    return [String(found), found.constructor.name];
  }

  end(name: string) {
    this.ctx.facets.abort(name, new Error("ended"));
  }

  erase(name: string) {
    this.ctx.facets.delete(name);
  }
}

export default inWorker<{ Parent: Parent }>(
  "a facet of a class of a loaded Worker",
  async ({ objects, fails }) => {
    const parent = objects.Parent.getByName("x") as unknown as {
      [K in "call" | "other" | "respond" | "tell" | "shape" | "end" | "erase"]: (
        ...args: unknown[]
      ) => Promise<unknown>;
    };
    await fails("shape", () => parent.shape());
    await fails("a first call", () => parent.call("a", "add", 1));
    await fails("a second", () => parent.call("a", "add", "two"));
    await fails("another facet", () => parent.call("b", "add", 3));
    for (const method of ["kv", "undone", "wrong", "who", "boom", "blocks", "nope"]) {
      await fails(method, () => parent.call("a", method));
    }
    await fails("a request", () => parent.respond("/p"));
    await fails("a callback", () => parent.tell());
    await fails("it aborts", () => parent.call("a", "leave"));
    await fails("afterwards", () => parent.call("a", "add", 4));
    await fails("ended", () => parent.end("a"));
    await fails("after its end", () => parent.call("a", "add", 5));
    await fails("deleted", () => parent.erase("a"));
    await fails("after that", () => parent.call("a", "add", 6));
    await fails("all deleted by itself", () => parent.call("b", "erase"));
    await fails("no such class", () => parent.other("Nope"));
    await fails("no default class", () => parent.other());
    await fails("a constructor that throws", () => parent.other("Failing"));
  },
);
