export { bundleWorker, type SdkName } from "./bundle-worker.ts";
export { writeProject } from "./hosts/freehold.ts";
export { formatTable } from "./report/table.ts";
export { versions } from "./versions.ts";
