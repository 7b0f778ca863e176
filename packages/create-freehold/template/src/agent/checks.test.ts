import { describe, expect, it } from "vitest";
import { initialState } from "../protocol.ts";
import { checkReminder, checkState, checkTimeZone } from "./checks.ts";

describe("what comes from a page", () => {
  it("is a state of the right shape, or is refused", () => {
    expect(() => checkState(initialState)).not.toThrow();
    for (const bad of [
      null,
      {},
      { ...initialState, tone: "shrill" },
      { ...initialState, name: "x".repeat(41) },
      { ...initialState, admin: true },
    ]) {
      expect(() => checkState(bad)).toThrow("This state was not accepted.");
    }
  });

  it("is a reminder that can be kept, or is refused with a reason", () => {
    expect(checkReminder(5, "  wave ")).toEqual({ seconds: 5, text: "wave" });
    expect(() => checkReminder(0, "wave")).toThrow("at least one second");
    expect(() => checkReminder(1.5, "wave")).toThrow("whole number");
    expect(() => checkReminder("5", "wave")).toThrow("a number of seconds");
    expect(() => checkReminder(5, " ")).toThrow("Say what");
    expect(() => checkReminder(1e9, "wave")).toThrow("30 days");
  });

  it("is a time zone that exists, or UTC", () => {
    expect(checkTimeZone("Europe/Berlin")).toBe("Europe/Berlin");
    expect(checkTimeZone("Nowhere/Land")).toBe("UTC");
    expect(checkTimeZone(7)).toBe("UTC");
  });
});
