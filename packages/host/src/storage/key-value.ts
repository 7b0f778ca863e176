import { storageErrors } from "../contract-errors.ts";
import type { AlarmCell } from "./alarm-cell.ts";
import type { KvTable } from "./kv.ts";
import { Call } from "./kv-arguments.ts";

/** Nanoseconds since the epoch are counted in 64 bits: the last millisecond that they can say. */
const LAST_ALARM_MS = 9_223_372_036_854;

export interface KeyValueParts {
  readonly table: KvTable;
  readonly alarm: AlarmCell;
  readonly now: () => number;
  /** The class has an `alarm` handler, or may still get one. */
  readonly mayHaveAlarm: () => boolean;
}

/**
 * Keys, values and the alarm, with promises: what storage and a transaction have in common. Everything
 * happens at once; the promises only carry the answer.
 */
export class KeyValue {
  readonly #type: string;
  readonly #parts: KeyValueParts;

  /** @param type what errors call the receiver */
  constructor(type: string, parts: KeyValueParts) {
    this.#type = type;
    this.#parts = parts;
  }

  get(args: readonly unknown[]): unknown {
    const call = new Call(this.#type, "get", args);
    const keys = call.keys();
    call.options(2, "GetOptions");
    const { table } = this.#parts;
    return typeof keys === "string" ? table.get(keys) : table.getAll(keys);
  }

  list(args: readonly unknown[]): Map<string, unknown> {
    return this.#parts.table.list(new Call(this.#type, "list", args).range());
  }

  put(args: readonly unknown[]): void {
    const { entries, confirmed } = new Call(this.#type, "put", args).entries();
    this.#parts.table.put(entries, confirmed);
  }

  delete(args: readonly unknown[]): boolean | number {
    const call = new Call(this.#type, "delete", args);
    const keys = call.keys();
    const confirmed = call.confirmed(2);
    const { table } = this.#parts;
    return typeof keys === "string"
      ? table.delete([keys], confirmed) > 0
      : table.delete(keys, confirmed);
  }

  getAlarm(args: readonly unknown[]): number | null {
    new Call(this.#type, "getAlarm", args).options(1, "GetAlarmOptions");
    return this.#parts.alarm.visible;
  }

  setAlarm(args: readonly unknown[]): void {
    const call = new Call(this.#type, "setAlarm", args);
    const time = alarmTime(call);
    const confirmed = call.confirmed(2, "SetAlarmOptions");
    if (!this.#parts.mayHaveAlarm()) throw storageErrors.noAlarmHandler();
    this.#parts.alarm.set(Math.max(time, this.#parts.now()), confirmed);
  }

  deleteAlarm(args: readonly unknown[]): void {
    const confirmed = new Call(this.#type, "deleteAlarm", args).confirmed(1, "SetAlarmOptions");
    this.#parts.alarm.clear(confirmed);
  }
}

/** Milliseconds since the epoch. */
function alarmTime(call: Call): number {
  const value = call.require(1, "date");
  if (typeof value !== "number" && !(value instanceof Date)) throw call.wrong(1, "date");
  const time = Math.trunc(Number(value));
  if (!Number.isFinite(time)) throw storageErrors.invalidDate();
  if (time <= 0) throw storageErrors.alarmNotPositive();
  if (time > LAST_ALARM_MS) throw storageErrors.dateTooLate();
  return time;
}
