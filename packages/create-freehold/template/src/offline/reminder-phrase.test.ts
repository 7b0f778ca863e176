import { describe, expect, it } from "vitest";
import { parseReminder } from "./reminder-phrase.ts";

const now = new Date("2026-11-23T14:05:00Z");
const read = (sentence: string, timeZone = "UTC") => parseReminder(sentence, now, timeZone);

describe("parseReminder", () => {
  it.each([
    ["remind me in 10 seconds to stretch", 10, "Stretch"],
    ["Remind me to call Ada in 1h 30m", 5400, "Call Ada"],
    ["in five minutes, remind me about the tea", 300, "The tea"],
    ["please remind me in 2 s", 2, "Time is up."],
    ["Could you remind me in an hour that the oven is on?", 3600, "The oven is on"],
    ["remind me in 1 minute and 30 seconds to flip it", 90, "Flip it"],
    ["remind me in half an hour to rest", 1800, "Rest"],
    ["remind me in 1.5 minutes: eggs!", 90, "Eggs"],
    ["remind me in 2 days to water the plants", 172_800, "Water the plants"],
    ["REMIND ME IN 3 SECS TO WAVE", 3, "WAVE"],
    ["remind me in 10 seconds to rest in 5 minutes", 10, "Rest in 5 minutes"],
  ])("understands how long: %j", (sentence, delayInSeconds, text) => {
    expect(read(sentence)).toEqual({ when: { type: "delayed", delayInSeconds }, text });
  });

  it.each([
    ["remind me tomorrow at 9:00 to call Ada", "UTC", "2026-11-24T09:00:00.000Z", "Call Ada"],
    ["remind me tomorrow to call", "Europe/Berlin", "2026-11-24T08:00:00.000Z", "Call"],
    ["remind me at 15:30 to leave", "Europe/Berlin", "2026-11-23T14:30:00.000Z", "Leave"],
    // Past already, so the next day.
    ["remind me at 8:00 to run", "UTC", "2026-11-24T08:00:00.000Z", "Run"],
    [
      "remind me on 2027-07-01 at 18:45 to swim",
      "America/New_York",
      "2027-07-01T22:45:00.000Z",
      "Swim",
    ],
  ])("understands a moment: %j in %s", (sentence, timeZone, date, text) => {
    expect(read(sentence, timeZone)).toEqual({ when: { type: "scheduled", date }, text });
  });

  it.each([
    ["remind me every 5 minutes to drink", "UTC", "*/5 * * * *", "Drink"],
    ["remind me every hour to stand up", "UTC", "0 */1 * * *", "Stand up"],
    ["remind me every day at 18:30 to write", "Europe/Berlin", "30 17 * * *", "Write"],
  ])("understands how often: %j in %s", (sentence, timeZone, cron, text) => {
    expect(read(sentence, timeZone)).toEqual({ when: { type: "cron", cron }, text });
  });

  it.each(["remind me to stretch", "remind me in a while"])(
    "asks for the time of %j",
    (sentence) => {
      expect(read(sentence)).toBe("when?");
    },
  );

  it.each(["hello", "that reminds me of spring", "a reminder in 10 seconds"])(
    "leaves %j alone",
    (sentence) => {
      expect(read(sentence)).toBeUndefined();
    },
  );
});
