import { z } from "zod";
import { limits, tones } from "../protocol.ts";

// Whatever comes from a page is checked here before it is believed.

const agentState = z.strictObject({
  name: z.string().max(limits.name),
  tone: z.enum(tones),
  notes: z.string().max(limits.notes),
});

/** Throws when a page sends a state of another shape. */
export function checkState(state: unknown): void {
  const result = agentState.safeParse(state);
  if (!result.success)
    throw new Error(`This state was not accepted. ${z.prettifyError(result.error)}`);
}

const reminder = z.object({
  seconds: z
    .number({ error: "The time must be a number of seconds." })
    .int("The time must be a whole number of seconds.")
    .min(1, "The time must be at least one second.")
    .max(limits.reminderSeconds, "Reminders reach at most 30 days ahead."),
  text: z
    .string({ error: "Say what to be reminded of." })
    .trim()
    .min(1, "Say what to be reminded of.")
    .max(limits.reminder, `A reminder has at most ${limits.reminder} characters.`),
});

export function checkReminder(seconds: unknown, text: unknown): z.infer<typeof reminder> {
  const result = reminder.safeParse({ seconds, text });
  if (result.success) return result.data;
  throw new Error(result.error.issues[0]?.message ?? "This reminder was not accepted.");
}

/** The page's time zone, or UTC when it sends none that exists. */
export function checkTimeZone(timeZone: unknown): string {
  if (typeof timeZone !== "string") return "UTC";
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}
