import { getSchedulePrompt, scheduleSchema } from "../schedules/parser.ts";

export type { ParsedSchedule } from "../schedules/parser.ts";
export { getSchedulePrompt, scheduleSchema };

/** @deprecated Renamed to {@link getSchedulePrompt}. */
export const unstable_getSchedulePrompt = getSchedulePrompt;
/** @deprecated Renamed to {@link scheduleSchema}. */
export const unstable_scheduleSchema = scheduleSchema;
