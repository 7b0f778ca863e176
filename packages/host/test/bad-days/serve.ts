import { createHost, createLogger } from "../../src/index.ts";
import { testConfig } from "../fixtures/config.ts";

/**
 * A host in a process of its own, to which bad things happen. Prints its address, then its log, a line
 * of JSON each; or the code of the error that it did not start with. Ends on SIGTERM.
 *
 * Arguments: data directory, and how long idle objects stay, in milliseconds.
 */
const [dataDirectory = "", idleMs = "60000"] = process.argv.slice(2);
const write = (line: string) => void process.stdout.write(`${line.trimEnd()}\n`);
try {
  const host = await createHost({
    worker: async () => ({ ...(await import("./worker.ts")) }),
    config: testConfig,
    dataDirectory,
    log: createLogger({ now: () => 0, pretty: false, write }),
    idle: { hibernateAfterMs: Number(idleMs), evictAfterMs: Number(idleMs) },
  });
  const { url } = await host.listen({ port: 0 });
  write(url);
  process.once("SIGTERM", () => {
    host.close().then(
      () => process.exit(0),
      (error: unknown) => {
        write(String(error));
        process.exit(2);
      },
    );
  });
} catch (error) {
  write(JSON.stringify({ ...(error as object), message: (error as Error).message }));
  process.exit(1);
}
