export type { Binding, BindingContext } from "./bindings/binding.ts";
export type {
  ListedObject,
  ListObjectsOptions,
  PackageClass,
  PackageNamespace,
  PackageObjectContext,
  Remote,
} from "./bindings/package-class.ts";
export { type Clock, systemClock, type Timer } from "./clock.ts";
export { type ReadConfig, type ReadConfigOptions, readWranglerConfig } from "./config/read.ts";
export type {
  AssetsConfig,
  ClassDeclaration,
  ClassStorage,
  CreatedClass,
  DurableObjectBinding,
  HtmlHandling,
  MigrationStep,
  SendEmailConfig,
  VectorizeConfig,
  WorkflowConfig,
  WranglerConfig,
} from "./config/wrangler.ts";
export { createHost } from "./create-host.ts";
export type { EmailTransport, OutgoingEmail } from "./email/email.ts";
export { type KeptEmail, listMailbox, localMailbox, type MailboxOptions } from "./email/mailbox.ts";
export { type ReadAttachment, type ReadEmail, readEmail } from "./email/read.ts";
export { smtpTransport } from "./email/smtp.ts";
export { FreeholdError, type FreeholdErrorOptions } from "./errors.ts";
export type {
  Host,
  HostOptions,
  ListenOptions,
  ScheduledEvent,
  WorkerLoader,
  WorkerModule,
} from "./host.ts";
export type { Durability } from "./journal/journal.ts";
export type {
  HostLimits,
  HttpLimits,
  ObjectLimits,
  SocketLimits,
  StorageLimits,
} from "./limits.ts";
export {
  createLogger,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogLevel,
} from "./log.ts";
export { type HookOptions, installHooks, type SourceTransform } from "./modules/hooks.ts";
export type { IdleTimes } from "./objects/idle.ts";
export { nextPace, type PaceBounds } from "./pace.ts";
export { type Random, systemRandom } from "./random.ts";
export type { BackupManifest, BackupReport } from "./storage/backup.ts";
export type { DurableObjectStorage } from "./storage/durable-object-storage.ts";
export { decodeValue, encodeValue } from "./storage/kv-values.ts";
export type { EmailOutcome, IncomingEmail } from "./worker/email-event.ts";
export { loadModule } from "./worker/load.ts";
