import { expect } from "vitest";
import type { Account } from "./ledger.ts";

/** The alarms of one ledger, as its client knows them. */
interface AlarmPromises {
  /** How many were asked for: those that were not answered may have been set, or not. */
  asked: number;
  /** What was acknowledged, in order: the times that the ledger said it holds. */
  readonly set: number[];
  /** The earliest time that was asked for since the last acknowledgement. */
  open: number | undefined;
}

/** What a host has promised to its clients, over all its lives. */
export class Promises {
  readonly #entries = new Map<string, Map<string, number>>();
  readonly #alarms = new Map<string, AlarmPromises>();

  /** An entry was acknowledged. */
  written(ledger: string, client: string, number: number): void {
    const clients = this.#entries.get(ledger) ?? new Map<string, number>();
    this.#entries.set(ledger, clients.set(client, number));
  }

  /** An alarm is about to be asked for. */
  asks(ledger: string, time: number): void {
    const alarms = this.#alarmsOf(ledger);
    alarms.asked += 1;
    alarms.open = Math.min(alarms.open ?? time, time);
  }

  /** It was acknowledged: the ledger holds this time. */
  set(ledger: string, time: number): void {
    const alarms = this.#alarmsOf(ledger);
    alarms.set.push(time);
    alarms.open = undefined;
  }

  /** Alarms that ran before this time no longer matter to `check`. */
  since(ledger: string): number {
    const { set, open } = this.#alarmsOf(ledger);
    return Math.min(set.at(-1) ?? 0, open ?? Number.POSITIVE_INFINITY);
  }

  /** Compares what a ledger holds with what was promised. */
  check(ledger: string, account: Account): void {
    this.#checkEntries(ledger, account);
    this.#checkAlarm(ledger, account);
  }

  /** All has run that was promised, and nothing twice. The account MUST hold all that ran. */
  checkEnd(ledger: string, account: Account): void {
    expect(account.alarm, `the alarm of ${ledger}`).toBe(null);
    this.check(ledger, account);
    const { asked, set } = this.#alarmsOf(ledger);
    const left = new Map<number, number>();
    for (const time of set) left.set(time, (left.get(time) ?? 0) + 1);
    let unexpected = 0;
    for (const { scheduled } of account.fired) {
      const times = left.get(scheduled) ?? 0;
      if (times === 0) unexpected += 1;
      else left.set(scheduled, times - 1);
    }
    const text = `alarms of ${ledger} that ran twice or were never set`;
    expect(unexpected, text).toBeLessThanOrEqual(asked - set.length);
  }

  #checkEntries(ledger: string, { entries, counted }: Account): void {
    let total = 0;
    for (const [client, { count, last }] of Object.entries(entries)) {
      expect(count, `entries of ${client} in ${ledger} without a gap`).toBe(last);
      total += count;
    }
    expect(counted, `what the turns of ${ledger} have counted`).toBe(total);
    for (const [client, number] of this.#entries.get(ledger) ?? []) {
      const last = entries[client]?.last ?? 0;
      expect(last, `entries of ${client} in ${ledger}`).toBeGreaterThanOrEqual(number);
      expect(last, `entries of ${client} in ${ledger}`).toBeLessThanOrEqual(number + 1);
    }
  }

  #checkAlarm(ledger: string, { alarm, fired }: Account): void {
    for (const { scheduled, at } of fired) {
      expect(at, `when an alarm of ${ledger} ran`).toBeGreaterThanOrEqual(scheduled);
    }
    const { set, open } = this.#alarmsOf(ledger);
    const last = set.at(-1);
    if (last === undefined) return;
    const held = [alarm, ...fired.map(({ scheduled }) => scheduled)];
    const isHeld = held.includes(last);
    const isReplaced = open !== undefined && held.some((time) => time !== null && time >= open);
    const text = `the alarm of ${ledger} for ${last} is there, has run or was replaced`;
    expect(isHeld || isReplaced, text).toBe(true);
  }

  #alarmsOf(ledger: string): AlarmPromises {
    let alarms = this.#alarms.get(ledger);
    if (alarms === undefined) {
      alarms = { asked: 0, set: [], open: undefined };
      this.#alarms.set(ledger, alarms);
    }
    return alarms;
  }
}
