import { z } from "zod";

/**
 * What a model returns for a sentence such as "remind me tomorrow at nine". Give it to
 * `generateObject` together with {@link getSchedulePrompt}.
 */
export const scheduleSchema = z.object({
  description: z.string().describe("What is to be done, without the words about time"),
  when: z.discriminatedUnion("type", [
    z.object({
      type: z.literal("scheduled"),
      date: z.string().describe("One moment, as an ISO 8601 date and time"),
    }),
    z.object({
      type: z.literal("delayed"),
      delayInSeconds: z.number().describe("Seconds from now"),
    }),
    z.object({
      type: z.literal("cron"),
      cron: z.string().describe("A cron expression: minute, hour, day, month, weekday"),
    }),
    z.object({ type: z.literal("no-schedule") }),
  ]),
});

/** What {@link scheduleSchema} accepts. */
export type ParsedSchedule = z.infer<typeof scheduleSchema>;

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
export function getSchedulePrompt({ date }: { date: Date }): string {
  return `You turn a person's words into a task and the time at which it is to be done.

It is now ${date.toUTCString()}.

Answer with:
- description: what is to be done, without the words about time.
- when: one of
  - { "type": "scheduled", "date": … } for one moment, as ISO 8601;
  - { "type": "delayed", "delayInSeconds": … } for "in twenty minutes" and the like;
  - { "type": "cron", "cron": … } for what repeats, with five fields;
  - { "type": "no-schedule" } when no time is meant.

Words without a time of day mean the next sensible moment: "tomorrow" is tomorrow at 09:00,
"tonight" is 20:00, "every day" is 09:00 each day.`;
}
