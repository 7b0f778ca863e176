export { Queue } from "./queue.ts";
export type {
  QueueCallbacks,
  QueueCriteria,
  QueueEventType,
  QueueHandlers,
  QueueItem,
  QueueOptions,
  QueuePayload,
  QueuePushOptions,
} from "./types.ts";
