import { createHost } from "../../src/index.ts";
import { testConfig } from "../fixtures/config.ts";
import { BODY_BYTES, MESSAGE_BYTES } from "./limits.ts";

/** A host in production mode, for hostile clients. Prints its address; ends on SIGTERM. */
const [dataDirectory = "", directory = ""] = process.argv.slice(2);
const host = await createHost({
  worker: async () => ({ ...(await import("./worker.ts")) }),
  config: {
    ...testConfig,
    assets: {
      directory,
      binding: "ASSETS",
      notFoundHandling: "none",
      runWorkerFirst: false,
    },
  },
  dataDirectory,
  durability: "memory",
  limits: { bodyBytes: BODY_BYTES, messageBytes: MESSAGE_BYTES },
});
const { url } = await host.listen({ port: 0 });
process.stdout.write(`${url}\n`);
process.once("SIGTERM", () => {
  host.close().then(() => process.exit(0));
});
