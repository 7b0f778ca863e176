import { code, loader } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

export default inWorker("what a loader and its stubs look like", ({ note }) => {
  const found = loader();
  note("loader", [String(found), found.constructor.name, Object.keys(found), "get" in found]);
  const worker = found.load(code("export default {}"));
  note("worker", [String(worker), worker.constructor.name, Object.keys(worker)]);
  const entrypoint = worker.getEntrypoint();
  // The name of its class depends, on workerd, on what else the Worker has bound.
  note("entrypoint", [String(entrypoint), Object.keys(entrypoint)]);
});
