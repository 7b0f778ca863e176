/** Schedules are due at this time less the number of the page, in seconds since the epoch. */
export const SCHEDULED_BASE = 4e9;

/** What a diary holds, as it tells it. */
export interface Diary {
  readonly count: number;
  readonly schedules: readonly number[];
  readonly noted: readonly number[];
  readonly messages: readonly string[];
}
