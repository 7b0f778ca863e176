import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { describeEngine } from "../testing/engine-suite.ts";
import { RemoteEngine } from "./remote-engine.ts";

const folder = mkdtempSync(join(tmpdir(), "freehold-vectors-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeEngine("an index in a thread", () => ({
  open: async (name, config) => new RemoteEngine(join(folder, `${name}.sqlite`), config),
}));
