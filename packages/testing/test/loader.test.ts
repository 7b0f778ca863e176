import { expect, test } from "vitest";
import { clock, startWorker } from "../src/index.ts";

interface Loaded {
  today(ignored: number): Promise<string>;
}

interface Env {
  readonly LOADER: {
    load(code: object): { getEntrypoint(): Loaded };
  };
}

const CODE = {
  compatibilityDate: "2026-06-11",
  mainModule: "main.js",
  modules: { "main.js": "export default { today: (_) => new Date().toISOString() };" },
  globalOutbound: null,
};

test("Workers that are loaded in a test follow its clock", async () => {
  const handlers = {
    fetch: async (_request: Request, { LOADER }: Env) =>
      new Response(await LOADER.load(CODE).getEntrypoint().today(1)),
  };
  await using worker = await startWorker({
    load: async () => ({ default: handlers }),
    loaders: ["LOADER"],
    clock: { now: "2040-01-01", paused: true },
  });
  const today = async () => (await worker.fetch(new Request("http://app/"))).text();
  expect(await today()).toBe("2040-01-01T00:00:00.000Z");
  await clock.advance("1d");
  expect(await today()).toBe("2040-01-02T00:00:00.000Z");
});
