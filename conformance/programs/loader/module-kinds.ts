import { DATE, loader } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

const main = `
import text from "./t.txt";
import data from "../d.bin";
import json from "j.json";
import common, { default as again } from "./c.cjs";
import wasm from "./w.wasm";
import { x } from "lib/x.js";
import * as up from "../up.js";
export default {
  async go(given) {
    const late = await import("./late.js");
    const { exports } = new WebAssembly.Instance(wasm);
    return [text, [...new Uint8Array(data)], json, common, common === again, Object.keys(exports),
      x, up.name, late.default, typeof require, Object.keys(import.meta)];
  },
};`;

export default inWorker("modules of all kinds, imported by relative names", async ({ fails }) => {
  const worker = loader().load({
    compatibilityDate: DATE,
    mainModule: "a/m.js",
    modules: {
      "a/m.js": main,
      "a/t.txt": { text: "a text" },
      "d.bin": { data: new Uint8Array([1, 2, 250]).buffer },
      "j.json": { json: { from: "the root" } },
      "a/j.json": { json: { from: "beside", list: [1, null] } },
      "a/c.cjs": {
        cjs: "const t = require('./t.txt'); exports.named = 5; exports.t = t; exports.same = this === exports;",
      },
      "a/w.wasm": { wasm: new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]) },
      "lib/x.js": "export const x = 'the root';",
      "a/lib/x.js": { js: "export const x = 'beside';" },
      "up.js": "export const name = 'above';",
      "a/late.js": "export default 'late';",
    },
  });
  await fails("all", () => worker.getEntrypoint().go!(1));
});
