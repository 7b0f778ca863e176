export {
  getSchedulePrompt,
  type ParsedSchedule as Schedule,
  scheduleSchema,
  unstable_getSchedulePrompt,
  unstable_scheduleSchema,
} from "./names.ts";
