import { load } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

const main = `
import * as workers from "cloudflare:workers";
const kind = (f) => { try { return typeof f(); } catch (e) { return e.name + ": " + e.message; } };
export default {
  strings(_) { return [kind(() => eval("1")), kind(() => new Function("return 1")), kind(() => (async () => {}).constructor("1"))]; },
  process(_) { return [typeof process, typeof require, kind(() => process.env)]; },
  env(_) { return { ...process.env }; },
  globals(_) {
    return ["caches", "crypto", "fetch", "Request", "WebSocketPair", "scheduler", "HTMLRewriter", "URLPattern",
      "structuredClone", "setTimeout", "TextEncoder", "CompressionStream", "navigator"].filter((n) => typeof globalThis[n] === "undefined");
  },
  async digest(text) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(hash).slice(0, 4)];
  },
  async node(_) {
    const { Buffer } = await import("node:buffer");
    const { AsyncLocalStorage } = await import("node:async_hooks");
    const { createHash } = await import("node:crypto");
    const path = await import("node:path");
    const { EventEmitter } = await import("node:events");
    return [Buffer.from("a").toString("hex"), new AsyncLocalStorage().run(1, () => 2),
      createHash("sha1").update("a").digest("hex"), path.join("a", "../b"), typeof new EventEmitter().on];
  },
};`;

export default inWorker("globals and modules in a loaded Worker", async ({ fails }) => {
  const plain = load(main);
  await fails("code from strings", () => plain.strings!(1));
  await fails("process", () => plain.process!(1));
  await fails("missing globals", () => plain.globals!(1));
  await fails("digest", () => plain.digest!("a"));
  const withNode = load(main, {
    compatibilityFlags: ["nodejs_compat"],
    env: { A: "text", B: 2, C: { deep: [1] } },
  });
  await fails("env of the process", () => withNode.env!(1));
  await fails("modules of Node", () => withNode.node!(1));
  await fails("without the flag", () => load("import 'node:path'; export default {}").go!(1));
});
