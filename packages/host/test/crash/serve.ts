import { createHost } from "../../src/index.ts";
import { testConfig } from "../fixtures/config.ts";

/**
 * A host in a process of its own, for the crash test to kill. Objects fall asleep at once, so that
 * closing and opening files is in motion as well. Prints its address; ends on SIGTERM.
 */
const [, , dataDirectory = ""] = process.argv;
const host = await createHost({
  worker: async () => ({ ...(await import("./ledger.ts")) }),
  config: testConfig,
  dataDirectory,
  idle: { hibernateAfterMs: 20, evictAfterMs: 40 },
});
const { url } = await host.listen({ port: 0 });
process.stdout.write(`${url}\n`);
process.once("SIGTERM", () => {
  host.close().then(() => process.exit(0));
});
