import { enableCompileCache, flushCompileCache } from "node:module";
import { afterAll, beforeAll, expect, vi } from "vitest";
import type { TestProject } from "../vitest/options.ts";
import { PROJECT_MODULE } from "../vitest/project.ts";

interface ProjectModule {
  readonly project: TestProject;
  readonly load: () => Promise<Readonly<Record<string, unknown>>>;
}

// Each test file has a process of its own, which has to load the host: from here on, Node keeps what
// it compiles for the next one.
enableCompileCache();
const { startTestWorker } = await import("../start-worker.ts");
const { replacePackages } = await import("./alias.ts");
const { mocksModules } = await import("./mocks.ts");

// Served by the plugin; a specifier in a variable is left alone when this package is built.
const specifier: string = PROJECT_MODULE;
const { project, load } = (await import(/* @vite-ignore */ specifier)) as ProjectModule;
const { root, config, options, alias, setupFiles } = project;
replacePackages(alias, root);
const worker = await startTestWorker({ ...options, root, config, load });

// The file's `env` is there before the file is, and so the Worker is loaded before the file can say what
// stands in the place of its modules. Then it is loaded once more, and the file's own imports with it.
const { testPath } = expect.getState();
if (await mocksModules(testPath === undefined ? setupFiles : [testPath, ...setupFiles])) {
  vi.resetModules();
  beforeAll(() => worker.reload());
}

afterAll(async () => {
  flushCompileCache();
  await worker.stop();
});
