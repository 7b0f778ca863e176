import type { AlarmOutcome } from "../alarms/alarms.ts";
import { AlarmInvocationInfo } from "../alarms/info.ts";
import { objectErrors } from "../contract-errors.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import type { Entry } from "./entry.ts";
import { withinTime } from "./event-timeout.ts";
import { hasHandler, runAlarm } from "./events.ts";
import type { Directory } from "./object-directory.ts";
import type { ObjectInvocation } from "./object-invocation.ts";

interface Delivered {
  readonly outcome: AlarmOutcome;
  readonly next: number | null;
}

/** Runs the alarm of an object, when its own row says that one is due. */
export async function deliverAlarm(
  directory: Directory,
  entry: Entry,
  retryCount: number,
): Promise<Delivered> {
  const activation = directory.activate(entry);
  let due: number | null = null;
  try {
    return await activation.deliver(async (origin) => {
      const store = origin.activation.store;
      due = store?.alarm ?? null;
      if (store === undefined || due === null || due > directory.clock.now()) {
        return { outcome: "none", next: due } as const;
      }
      store.beginAlarm();
      const failure = await attempt(directory, origin, due, retryCount);
      if (failure !== undefined) directory.report(failure.error, entry, "alarm");
      return end(store, due, failure !== undefined);
    });
  } catch (error) {
    if (activation.reason === undefined) throw error;
    if (!activation.dropsAlarm) {
      // When it broke before it could look, the alarm that was due still stands.
      return { outcome: "interrupted", next: due ?? directory.clock.now() };
    }
    return { outcome: "done", next: await dropAlarm(directory, entry, due) };
  }
}

/** The alarm that an abort ended is not repeated; one that its handler had set stands. */
function dropAlarm(directory: Directory, entry: Entry, due: number | null): Promise<number | null> {
  return directory.activate(entry).deliver(({ activation: { store } }) => {
    const next = store?.alarm ?? null;
    if (due !== null && next !== due) return next;
    store?.beginAlarm();
    store?.endAlarm("done");
    return null;
  });
}

async function attempt(
  directory: Directory,
  origin: ObjectInvocation,
  scheduledTime: number,
  retryCount: number,
): Promise<{ readonly error: unknown } | undefined> {
  if (!hasHandler(origin.activation.instance, "alarm")) return undefined;
  try {
    const info = new AlarmInvocationInfo(scheduledTime, retryCount);
    // What is left of a handler that took too long must not run beside the next try.
    const isInTime = await withinTime(origin, directory.limits.alarmMs, () =>
      runAlarm(origin, info),
    );
    return isInTime ? undefined : { error: objectErrors.alarmTimedOut() };
  } catch (error) {
    return { error };
  }
}

/** A new alarm that the handler set takes the place of another try. */
function end(store: ObjectStore, due: number, hasFailed: boolean): Delivered {
  store.endAlarm(hasFailed ? "keep" : "done");
  const next = store.alarm;
  const isRetried = hasFailed && next === due;
  return { outcome: isRetried ? "failed" : "done", next };
}

/** The object's row loses the alarm whose retries are used up, unless it was set anew since it failed. */
export async function giveUpAlarm(directory: Directory, entry: Entry, time: number): Promise<void> {
  await directory.activate(entry).deliver(({ activation: { store } }) => {
    if (store?.alarm !== time) return;
    store.beginAlarm();
    store.endAlarm("done");
  });
}
