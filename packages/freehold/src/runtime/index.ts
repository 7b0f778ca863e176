export { bundleWorker } from "./bundle.ts";
export { composeHost, type RuntimeOptions } from "./compose.ts";
export { type BuildManifest, readManifest, writeManifest } from "./manifest.ts";
