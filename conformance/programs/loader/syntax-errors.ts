import { DATE, load, loader } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

export default inWorker("code that is no JavaScript", async ({ fails }) => {
  await fails("a brace", () => load("export default { fetch() { return ( } }").go!());
  await fails("an operand", () => load("\n  let x = ;").go!());
  await fails("an identifier", () => load("const a = 1;\nconst b b = 2;").go!());
  await fails("a text", () => load("const a = 'x' 'y';").go!());
  await fails("declared twice", () => load("const a = 1;\nlet a;").go!());
  await fails("its end", () => load("export default {").go!());
  const modules = { "m.js": "import './lib/x.js';", "lib/x.js": "\n\nclass { }" };
  const worker = loader().load({ compatibilityDate: DATE, mainModule: "m.js", modules });
  await fails("in another module", () => worker.getEntrypoint().go!());
  await fails("a second time", () => worker.getEntrypoint().go!());
  await fails("by fetch", () => worker.getEntrypoint().fetch("http://x/"));
});
