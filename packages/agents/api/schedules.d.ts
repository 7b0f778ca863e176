import {
  Schedule,
  ScheduleCriteria,
  ScheduleOptions,
  Scheduler,
  SchedulerCallbacks,
  SchedulerEventType,
  SchedulerHandlers,
  SchedulerOptions,
  SchedulerPayload,
} from "./shared.js";
export {
  type Schedule,
  type ScheduleCriteria,
  type ScheduleOptions,
  Scheduler,
  type SchedulerCallbacks,
  type SchedulerEventType,
  type SchedulerHandlers,
  type SchedulerOptions,
  type SchedulerPayload,
};