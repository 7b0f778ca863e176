import { readFileSync } from "node:fs";
import { versions } from "@freehold/conformance";
import { Miniflare } from "miniflare";

/** Serves a Worker with workflows on workerd's local engine: `local-engine.ts <script> <port> <data>`. */

const [script = "", port = "0", data = ""] = process.argv.slice(2);
const miniflare = new Miniflare({
  name: "bench",
  modules: [{ type: "ESModule", path: "worker.js", contents: readFileSync(script, "utf8") }],
  compatibilityDate: versions.compatibilityDate,
  compatibilityFlags: versions.compatibilityFlags,
  durableObjects: { COUNTER: { className: "Counter", useSQLite: true } },
  durableObjectsPersist: data,
  workflows: {
    STEPS: { name: "steps", className: "Steps" },
    SLEEPERS: { name: "sleepers", className: "Sleepers" },
  },
  workflowsPersist: data,
  host: "127.0.0.1",
  port: Number(port),
  cf: false,
});
await miniflare.ready;
process.once("SIGTERM", () => void miniflare.dispose());
