import { describe, expect, it } from "vitest";
import { parseReminder } from "./reminder-phrase.ts";

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
    ["remind me in ten seconds to stop", 10, "Stop"],
    ["REMIND ME IN 3 SECS TO WAVE", 3, "WAVE"],
    ["remind me to leave in 20 minutes", 1200, "Leave"],
  ])("understands %j", (sentence, seconds, text) => {
    expect(parseReminder(sentence)).toEqual({ seconds, text });
  });

  it.each(["remind me to stretch", "remind me tomorrow", "remind me in a while"])(
    "asks for the time of %j",
    (sentence) => {
      expect(parseReminder(sentence)).toBe("when?");
    },
  );

  it.each(["hello", "that reminds me of spring", "a reminder in 10 seconds"])(
    "leaves %j alone",
    (sentence) => {
      expect(parseReminder(sentence)).toBeUndefined();
    },
  );

  it("keeps a subject that mentions another duration", () => {
    expect(parseReminder("remind me in 10 seconds to rest in 5 minutes")).toEqual({
      seconds: 10,
      text: "Rest in 5 minutes",
    });
  });
});
