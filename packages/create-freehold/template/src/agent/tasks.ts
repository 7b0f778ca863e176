import type { Schedule } from "@freehold/agents";
import type { Task } from "../protocol.ts";
import type { Wish } from "./tools.ts";

/** What is stored with a scheduled task. */
export interface TaskPayload {
  readonly text: string;
}

export function toTask({ id, payload, time, ...schedule }: Schedule<TaskPayload>): Task {
  const task = { id, text: payload.text, dueAt: time * 1000 };
  return schedule.type === "cron" ? { ...task, cron: schedule.cron } : task;
}

/**
 * What `schedule()` takes: a date for one moment, seconds from now, or a cron expression.
 *
 * @throws Error when it names no time, or one that has passed.
 */
export function timeOf(when: Wish["when"], now = Date.now()): Date | number | string {
  switch (when.type) {
    case "delayed":
      if (!(when.delayInSeconds >= 1)) throw new Error("The time must be at least a second ahead.");
      return Math.round(when.delayInSeconds);
    case "cron":
      return when.cron;
    case "scheduled": {
      // A text would be taken for a cron expression.
      const date = new Date(when.date);
      if (Number.isNaN(date.getTime())) throw new Error(`"${when.date}" is not a date.`);
      if (date.getTime() <= now) throw new Error(`${date.toISOString()} has passed already.`);
      return date;
    }
    case "no-schedule":
      throw new Error("Say when: a moment, a time from now, or how often.");
  }
}
