import type { ObjectStoreHost } from "../../src/storage/object-store.ts";

/**
 * How many objects the recorded program writes to. The last two are deleted once; the very last one
 * writes again before that is durable.
 */
export const OBJECTS = 5;

/** One more, that never rests. */
export const BUSY = OBJECTS + 1;

/** Of the program whose objects write at the same time: so many. */
export const CROWD = 8;

/** Alarms are set to this time less the number written last, so that they move ever earlier. */
export const ALARM_BASE = 4e12;

/** Of the program that changes the host's own database: so many changes, of so many rows. */
export const CHANGES = 600;
export const ROWS = 40;

/** What a change puts into its row: enough for the log to be folded several times. */
export function fillerOf(number: number): string {
  return `${number} `.repeat(1000 + ((number * 997) % 1500));
}

/** What the recorded program says. Everything up to `number` is durable. */
export interface Said {
  readonly kind: "durable" | "deleting" | "deleted";
  readonly object: number;
  readonly number: number;
}

export function say({ kind, object, number }: Said): string {
  return `${kind} ${object} ${number}\n`;
}

export function understand(line: string): Said | undefined {
  const match = /^(durable|deleting|deleted) (\d+) (\d+)$/.exec(line);
  if (match === null) return undefined;
  const [, kind, object, number] = match;
  return { kind: kind as Said["kind"], object: Number(object), number: Number(number) };
}

/** An activation that commits only when it is asked what is durable. */
export const host: ObjectStoreHost = {
  onFirstWrite: () => undefined,
  onFailure: (error) => {
    throw error;
  },
  mayHaveAlarm: () => true,
  exclusively: (callback) => callback(),
};
