import {
  z,
} from "zod";
/**
 * What a model returns for a sentence such as "remind me tomorrow at nine". Give it to
 * `generateObject` together with {@link getSchedulePrompt}.
 */
declare const scheduleSchema: z.ZodObject<{
  description: z.ZodString;
  when: z.ZodDiscriminatedUnion<[z.ZodObject<{
    type: z.ZodLiteral<"scheduled">;
    date: z.ZodString;
  }, z.core.$strip>, z.ZodObject<{
    type: z.ZodLiteral<"delayed">;
    delayInSeconds: z.ZodNumber;
  }, z.core.$strip>, z.ZodObject<{
    type: z.ZodLiteral<"cron">;
    cron: z.ZodString;
  }, z.core.$strip>, z.ZodObject<{
    type: z.ZodLiteral<"no-schedule">;
  }, z.core.$strip>], "type">;
}, z.core.$strip>;
/** What {@link scheduleSchema} accepts. */
type ParsedSchedule = z.infer<typeof scheduleSchema>;
/**
 * A prompt that makes a model read the task and the time in what a person wrote.
 *
 * @example
 * const { object } = await generateObject({
 *   model,
 *   schema: scheduleSchema,
 *   prompt: `${getSchedulePrompt({ date: new Date() })}\n\n${text}`,
 * });
 */
declare function getSchedulePrompt({ date }: {
  date: Date;
}): string;
/** @deprecated Renamed to {@link getSchedulePrompt}. */
declare const unstable_getSchedulePrompt: typeof getSchedulePrompt;
/** @deprecated Renamed to {@link scheduleSchema}. */
declare const unstable_scheduleSchema: z.ZodObject<{
  description: z.ZodString;
  when: z.ZodDiscriminatedUnion<[z.ZodObject<{
    type: z.ZodLiteral<"scheduled">;
    date: z.ZodString;
  }, z.core.$strip>, z.ZodObject<{
    type: z.ZodLiteral<"delayed">;
    delayInSeconds: z.ZodNumber;
  }, z.core.$strip>, z.ZodObject<{
    type: z.ZodLiteral<"cron">;
    cron: z.ZodString;
  }, z.core.$strip>, z.ZodObject<{
    type: z.ZodLiteral<"no-schedule">;
  }, z.core.$strip>], "type">;
}, z.core.$strip>;
export {
  getSchedulePrompt,
  type ParsedSchedule,
  type ParsedSchedule as Schedule,
  scheduleSchema,
  unstable_getSchedulePrompt,
  unstable_scheduleSchema,
};