import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Child extends DurableObject<Record<string, unknown>> {
  see(ownName: string) {
    const members: string[] = [];
    for (const name in this.ctx) members.push(name);
    return {
      members,
      env: Object.keys(this.env).length > 0,
      exports: ownName in this.ctx.exports,
      facets: Object.prototype.toString.call(this.ctx.facets),
      props: this.ctx.props,
      name: this.ctx.id.name,
      sqlite: [...this.ctx.storage.sql.exec("SELECT 1 AS one")],
      tables: [...this.ctx.storage.sql.exec("SELECT name FROM sqlite_master")],
    };
  }
  ask(parents: string) {
    const namespace = (this.ctx.exports as Record<string, DurableObjectNamespace<Parent>>)[
      parents
    ]!;
    return namespace.get(namespace.idFromString(String(this.ctx.id))).answer();
  }
}

export class Parent extends DurableObject {
  async run(className: string) {
    this.ctx.storage.sql.exec("CREATE TABLE of_the_parent (a)");
    return this.#child(className).see(className);
  }
  answer() {
    return `the parent is ${this.ctx.id.name}`;
  }
  askBack(className: string, parents: string) {
    return this.#child(className).ask(parents);
  }
  #child(className: string) {
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    return this.ctx.facets.get<Child>("a", () => ({ class: child }));
  }
  members() {
    const members: string[] = [];
    for (const name in this.ctx.facets) members.push(name);
    return [members, String(this.ctx.facets), Object.keys(this.ctx.facets)];
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "what a child finds around it",
  async ({ objects, className, note }) => {
    const stub = objects.Parent.getByName("p");
    note("the child sees", await stub.run(className("Child")));
    note("a call back", await stub.askBack(className("Child"), className("Parent")));
    note("members of facets", await stub.members());
  },
);
