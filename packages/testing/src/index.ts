export { clock } from "./clock.ts";
export {
  abortAllDurableObjects,
  type EvictOptions,
  evictAllDurableObjects,
  evictDurableObject,
  listDurableObjectIds,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
} from "./cloudflare/durable-objects.ts";
export { type ReceivedEmail, receiveEmail, type SentEmail, sentEmails } from "./emails.ts";
export { listen } from "./listen.ts";
export type { WorkerTestOptions } from "./start-worker.ts";
export type { Duration, TestFileClock } from "./test-file-clock.ts";
export { type RunningTestWorker, startWorker, type WorkerInTest } from "./worker-in-test.ts";
