/** A day, counted from today or by its date, and a time on the clock there. */
interface WallTime {
  readonly days?: number;
  readonly date?: { readonly year: number; readonly month: number; readonly day: number };
  readonly hour: number;
  readonly minute: number;
}

/** The moment at which clocks in a time zone show this. */
export function zonedDate(now: Date, wall: WallTime, timeZone: string): Date {
  const today = wallClock(now, timeZone);
  const { year, month, day } = wall.date ?? {
    year: today.getUTCFullYear(),
    month: today.getUTCMonth() + 1,
    day: today.getUTCDate() + (wall.days ?? 0),
  };
  const wanted = Date.UTC(year, month - 1, day, wall.hour, wall.minute);
  // The offset may change in between, hence a second look at it.
  const guess = wanted - offsetAt(new Date(wanted), timeZone);
  return new Date(wanted - offsetAt(new Date(guess), timeZone));
}

/** Milliseconds by which clocks in the time zone are ahead of UTC. */
function offsetAt(date: Date, timeZone: string): number {
  return wallClock(date, timeZone).getTime() - Math.floor(date.getTime() / 1000) * 1000;
}

/** What clocks in the time zone show, as if it were UTC. */
function wallClock(date: Date, timeZone: string): Date {
  const text = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "medium",
  }).format(date);
  return new Date(`${text.replace(" ", "T")}Z`);
}
