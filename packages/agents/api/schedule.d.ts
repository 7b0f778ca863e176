import {
  getSchedulePrompt,
  ParsedSchedule,
  scheduleSchema,
} from "./shared.js";
/** @deprecated Renamed to {@link getSchedulePrompt}. */
declare const unstable_getSchedulePrompt: typeof getSchedulePrompt;
/** @deprecated Renamed to {@link scheduleSchema}. */
declare const unstable_scheduleSchema: import("zod").ZodObject<{
  description: import("zod").ZodString;
  when: import("zod").ZodDiscriminatedUnion<[import("zod").ZodObject<{
    type: import("zod").ZodLiteral<"scheduled">;
    date: import("zod").ZodString;
  }, import("zod/v4/core").$strip>, import("zod").ZodObject<{
    type: import("zod").ZodLiteral<"delayed">;
    delayInSeconds: import("zod").ZodNumber;
  }, import("zod/v4/core").$strip>, import("zod").ZodObject<{
    type: import("zod").ZodLiteral<"cron">;
    cron: import("zod").ZodString;
  }, import("zod/v4/core").$strip>, import("zod").ZodObject<{
    type: import("zod").ZodLiteral<"no-schedule">;
  }, import("zod/v4/core").$strip>], "type">;
}, import("zod/v4/core").$strip>;
export {
  getSchedulePrompt,
  type ParsedSchedule as Schedule,
  scheduleSchema,
  unstable_getSchedulePrompt,
  unstable_scheduleSchema,
};