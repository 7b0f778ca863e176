import { DATE, load, loader } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

export default inWorker("code that a loader does not take", async ({ fails }) => {
  const use = (given: unknown) => loader().load(given).getEntrypoint().go!();
  const modules = (found: unknown, mainModule = "m.js") =>
    use({ compatibilityDate: DATE, mainModule, modules: found });
  await fails("nothing", () => use(undefined));
  await fails("a text", () => use("x"));
  await fails("no modules", () => modules(undefined));
  await fails("none at all", () => modules({}));
  await fails("no main module", () => modules({ "m.js": "" }, "q.js"));
  await fails("an unknown ending", () => modules({ "m.js": "", "x.txt": "hello" }));
  await fails("two kinds", () => modules({ "m.js": { js: "", text: "" } }));
  await fails("no kind", () => modules({ "m.js": {} }));
  await fails("a text as the main module", () => modules({ "m.txt": { text: "x" } }, "m.txt"));
  await fails("CommonJS as the main module", () => modules({ "m.cjs": { cjs: "" } }, "m.cjs"));
  await fails("no date", () => use({ mainModule: "m.js", modules: { "m.js": "" } }));
  await fails("a date that is none", () => load("", { compatibilityDate: "soon" }).go!());
  await fails("get without a function", () => loader().get("x"));
  await fails("nothing from the function", () =>
    loader()
      .get("nothing", () => undefined)
      .getEntrypoint().go!(),
  );
});
