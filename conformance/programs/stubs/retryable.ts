import { inWorker } from "../../worker/program.ts";

export default inWorker("marking methods that may be called again", async ({ note, fails }) => {
  const name = "cloudflare:durable-objects";
  const module = (await import(name).catch((error: Error) => error.name)) as Record<
    string,
    unknown
  >;
  note("module", typeof module === "string" ? module : Object.keys(module).sort());
  for (const key of ["retryable", "onHibernate"]) {
    const mark = module[key] as (...args: unknown[]) => unknown;
    note(key, typeof mark);
    if (mark === undefined) continue;
    class Some {
      method() {
        return 1;
      }
    }
    await fails(`${key}: a function`, () => mark(() => 1));
    await fails(`${key}: two`, () => mark(Some.prototype.method, () => 2));
    await fails(`${key}: none`, () => mark());
    await fails(`${key}: a number`, () => mark(5));
    await fails(`${key}: undefined`, () => mark(undefined));
    await fails(`${key}: a record`, () => mark({}));
    note(`${key}: marks`, Reflect.ownKeys(Some.prototype.method).map(String));
  }
});
