import { DATE, load, loader } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

export default inWorker("code that does not start", async ({ fails }) => {
  const both = (main: string, other: string) =>
    loader()
      .load({
        compatibilityDate: DATE,
        mainModule: "m.js",
        modules: { "m.js": main, "x.js": other },
      })
      .getEntrypoint();
  await fails("throws", () => load("function f() { throw new Error('boom'); }\nf();").go!());
  await fails("throws a TypeError", () => load("null.x").go!());
  await fails("throws a text", () => load("throw 'boom'").go!());
  await fails("an unknown name", () => load("nope();").go!());
  await fails("elsewhere", () =>
    both("import { f } from './x.js';\n f();", "export function f() { throw new RangeError('r'); }")
      .go!(),
  );
  await fails("no such module", () => load("import './x.js';").go!());
  await fails("no such module of the platform", () => load("import 'node:nope';").go!());
  await fails("no such package", () => load("import 'lodash';").go!());
  await fails("no such export", () =>
    both("import { y } from './x.js';", "export const x = 1;").go!(),
  );
  await fails("an export that is none", () => load("export const x = 1;").go!());
  await fails("waits", () =>
    load("const v = await Promise.resolve(3); export default { go(_) { return v; } };").go!(1),
  );
});
