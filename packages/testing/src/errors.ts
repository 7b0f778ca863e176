import { FreeholdError } from "freehold/runtime";

/** What this package cannot do, said by the first use of it. */
export function unsupported(name: string, needs: string): FreeholdError {
  return new FreeholdError("TEST_HELPER_UNSUPPORTED", `${name} needs ${needs}, which is missing.`, {
    help: "Leave the tests that use it out of this run.",
  });
}

export function notRunning(): FreeholdError {
  return new FreeholdError("NO_TEST_HOST", "No Worker runs in this test file.", {
    help: "Add freeholdTest() to the plugins of the Vitest configuration, or call startWorker().",
  });
}

/** Vitest 5 lets projects within a configuration share its plugins, but not what these say of tests. */
export function unheardProject(name: string): FreeholdError {
  return new FreeholdError(
    "TEST_PROJECT_UNPREPARED",
    `The test project "${name}" does not hear what freeholdTest() says in the configuration around it.`,
    { help: "Put freeholdTest() into the `plugins` of that project itself." },
  );
}
