import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bundleWorker } from "./support/bundle.ts";
import { runtimes } from "./support/runtimes.ts";
import { TestSocket } from "./support/socket.ts";

const fixture = fileURLToPath(new URL("./fixtures/traced.ts", import.meta.url).href);

test.each(runtimes)(
  "spans of OpenTelemetry follow the code in an agent on %s",
  async (_name, run) => {
    const worker = await run({
      script: await bundleWorker(fixture),
      objects: { Traced: "Traced" },
    });
    try {
      const socket = await TestSocket.open(`ws://${worker.host}/agents/traced/a`);
      await socket.take(2);
      expect(await socket.call("ask")).toMatchObject([
        { result: { text: "hello", inner: true, isBack: true, after: true } },
      ]);
    } finally {
      await worker.stop();
    }
  },
);
