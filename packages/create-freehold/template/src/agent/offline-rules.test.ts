import { describe, expect, it } from "vitest";
import { initialState, type Tone } from "../protocol.ts";
import { reply, type Situation } from "./offline-rules.ts";

const now = new Date("2026-11-23T14:05:00Z");

function say(sentence: string, changes: Partial<Situation> = {}) {
  return reply(sentence, {
    state: initialState,
    reminders: [],
    now,
    timeZone: "Europe/Berlin",
    ...changes,
  });
}

describe("the rules of the offline model", () => {
  it("greets by name", () => {
    expect(say("Hello there").text).toContain("Wren");
    expect(say("hi", { state: { ...initialState, name: " " } }).text).toContain("your agent");
  });

  it("speaks in the tone of the state", () => {
    const inTone = (tone: Tone) => say("hello", { state: { ...initialState, tone } }).text;
    expect(new Set([inTone("plain"), inTone("warm"), inTone("brief")]).size).toBe(3);
  });

  it("echoes what no rule knows, and says that it follows rules", () => {
    const { text, call } = say("The  sky is\ngreen");
    expect(text).toContain("“The sky is green”");
    expect(text).toContain("rules");
    expect(call).toBeUndefined();
  });

  it("tells the time and the day in the person's time zone", () => {
    expect(say("What time is it?").text).toBe("It is 15:05 on Monday 23 November (Europe/Berlin).");
    expect(say("what day is it", { timeZone: "Asia/Tokyo" }).text).toBe(
      "It is Monday 23 November.",
    );
  });

  it("calls a tool to set a reminder", () => {
    expect(say("remind me in 90 seconds to stretch")).toEqual({
      text: "I will remind you in 1 minute 30 seconds: Stretch",
      call: { tool: "setReminder", input: { seconds: 90, text: "Stretch" } },
    });
  });

  it("asks for the time of a reminder that has none", () => {
    const { text, call } = say("remind me to stretch");
    expect(text).toContain("In how long?");
    expect(call).toBeUndefined();
  });

  it("lists the reminders that wait", () => {
    expect(say("what reminders are there?").text).toBe("No reminders are waiting.");
    const reminders = [{ id: "1", text: "Tea", dueAt: now.getTime() + 61_000 }];
    expect(say("list my reminders", { reminders }).text).toContain("- Tea (in 1 minute 1 second)");
  });

  it.each([
    ["Call yourself Robin", { name: "Robin" }],
    ["your new name is “Ada Lovelace”.", { name: "Ada Lovelace" }],
    ["Please be brief", { tone: "brief" }],
    ["use a warmer tone", { tone: "warm" }],
  ])("changes the profile: %j", (sentence, input) => {
    expect(say(sentence).call).toEqual({ tool: "changeProfile", input });
  });

  it.each([
    ["note: buy milk", "buy milk"],
    ["Remember that the key is under the mat", "the key is under the mat"],
  ])("takes a note: %j", (sentence, note) => {
    expect(say(sentence).call).toEqual({ tool: "addNote", input: { note } });
  });

  it("reads its notes", () => {
    expect(say("what are your notes?").text).toContain("empty");
    const state = { ...initialState, notes: "buy milk\n\ncall Ada" };
    expect(say("What do you remember?", { state }).text).toContain("- buy milk\n- call Ada");
  });

  it("answers even nothing at all", () => {
    expect(say("   ").text).not.toBe("");
  });
});
