export {
  createLogger,
  type Durability,
  type EmailTransport,
  FreeholdError,
  type IdleTimes,
  type LogLevel,
  type OutgoingEmail,
  type ReadAttachment,
  type ReadConfig,
  type ReadEmail,
  readEmail,
  readWranglerConfig,
  systemClock,
  type WorkerModule,
  type WranglerConfig,
} from "@freehold/host";
export {
  type Eviction,
  provideModule,
  TestClock,
  type TestHost,
  type TestObject,
} from "@freehold/host/testing";
export { introspectionOf } from "@freehold/workflows";
export { bundleWorker } from "./bundle.ts";
export { composeHost, type RuntimeOptions } from "./compose.ts";
export { type BuildManifest, readManifest, writeManifest } from "./manifest.ts";
export { composeTestHost, type TestRuntimeOptions } from "./testing.ts";
