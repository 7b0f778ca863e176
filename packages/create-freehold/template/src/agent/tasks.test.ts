import { describe, expect, it } from "vitest";
import { timeOf } from "./tasks.ts";

const now = Date.parse("2026-11-23T14:05:00Z");

describe("the time of a task", () => {
  it("is what schedule() takes: seconds, a cron expression, or a Date and no text", () => {
    expect(timeOf({ type: "delayed", delayInSeconds: 90 }, now)).toBe(90);
    expect(timeOf({ type: "cron", cron: "0 9 * * *" }, now)).toBe("0 9 * * *");
    const date = "2026-12-24T18:00:00+01:00";
    expect(timeOf({ type: "scheduled", date }, now)).toEqual(new Date("2026-12-24T17:00:00Z"));
  });

  it("is refused, with a reason that the model can pass on", () => {
    expect(() => timeOf({ type: "scheduled", date: "soon" }, now)).toThrow("not a date");
    expect(() => timeOf({ type: "scheduled", date: "2020-01-01T00:00:00Z" }, now)).toThrow(
      "passed",
    );
    expect(() => timeOf({ type: "delayed", delayInSeconds: 0 }, now)).toThrow("a second ahead");
    expect(() => timeOf({ type: "no-schedule" }, now)).toThrow("Say when");
  });
});
