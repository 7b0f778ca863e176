export {
  getSchedulePrompt,
  type ParsedSchedule,
  type ParsedSchedule as Schedule,
  scheduleSchema,
  unstable_getSchedulePrompt,
  unstable_scheduleSchema,
} from "./parser.ts";
