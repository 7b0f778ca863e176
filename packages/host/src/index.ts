export type { Binding, BindingContext } from "./bindings/binding.ts";
export { type Clock, systemClock, type Timer } from "./clock.ts";
export { type ReadConfig, type ReadConfigOptions, readWranglerConfig } from "./config/read.ts";
export type {
  AssetsConfig,
  DurableObjectBinding,
  HtmlHandling,
  WranglerConfig,
} from "./config/wrangler.ts";
export { createHost } from "./create-host.ts";
export { FreeholdError, type FreeholdErrorOptions } from "./errors.ts";
export type { Host, HostOptions, ListenOptions, WorkerLoader, WorkerModule } from "./host.ts";
export type { Durability } from "./journal/journal.ts";
export {
  createLogger,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogLevel,
} from "./log.ts";
export { type HookOptions, installHooks, type SourceTransform } from "./modules/hooks.ts";
export type { IdleTimes } from "./objects/idle.ts";
export { type Random, systemRandom } from "./random.ts";
export { loadModule } from "./worker/load.ts";
