import { inObject } from "../../worker/program.ts";

type Open = Record<string, (...values: unknown[]) => Promise<unknown>>;

export default inObject("options that are none", async ({ storage, fails, note }) => {
  const open = storage as unknown as Open;
  for (const options of [
    null,
    undefined,
    5,
    "text",
    true,
    () => 1,
    [],
    { allowConcurrency: "x" },
  ]) {
    const label = String(JSON.stringify(options) ?? typeof options);
    await fails(`get, ${label}`, () => open.get!("a", options));
    await fails(`get several, ${label}`, () => open.get!(["a"], options));
    await fails(`put, ${label}`, () => open.put!("a", 1, options));
    await fails(`put several, ${label}`, () => open.put!({ a: 1 }, options));
    await fails(`delete, ${label}`, () => open.delete!("a", options));
    await fails(`delete all, ${label}`, () => open.deleteAll!(options));
    await fails(`list, ${label}`, () => open.list!(options));
    await fails(`sync, ${label}`, () => open.sync!(options));
    await fails(`get alarm, ${label}`, () => open.getAlarm!(options));
    await fails(`delete alarm, ${label}`, () => open.deleteAlarm!(options));
  }
  note("left", await storage.list());
});
