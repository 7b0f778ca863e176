import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async run() {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE p (a PRIMARY KEY)");
    sql.exec("CREATE TABLE c (a REFERENCES p (a) DEFERRABLE INITIALLY DEFERRED)");
    sql.exec("INSERT INTO c VALUES (1)");
    sql.exec("INSERT INTO p VALUES (1)");
    return sql.exec("SELECT a FROM c").toArray();
  }
  async violate() {
    this.ctx.storage.sql.exec("INSERT INTO c VALUES (2)");
    await scheduler.wait(20);
    return "went on";
  }
  rows() {
    return this.ctx.storage.sql.exec("SELECT a FROM c").toArray();
  }
}

export default inWorker<{ Subject: Subject }>(
  "a deferred key is looked at by the commit",
  async (t) => {
    t.note("kept in the end", await t.objects.Subject.getByName("x").run());
    await t.fails("violated", () => t.objects.Subject.getByName("x").violate());
    t.note("rolled back", await t.objects.Subject.getByName("x").rows());
  },
  { accept: { violated: "the object is reset, and the error says so as for every other reset" } },
);
