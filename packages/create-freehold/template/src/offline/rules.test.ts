import { describe, expect, it } from "vitest";
import { type Reply, reply } from "./rules.ts";

const situation = { now: new Date("2026-11-23T14:05:00Z"), timeZone: "Europe/Berlin" };

function say(text: string): Reply {
  return reply({ ...situation, text, files: [] });
}

/** What is said when the tool has given this. */
function wordsAfter({ text }: Reply, output: unknown): string {
  return typeof text === "function" ? text(output) : text;
}

describe("the offline rules", () => {
  it("know what they know", () => {
    expect(say("What can you do?").text).toContain("not from a language model");
    expect(say("Hi there").text).toContain("Hello");
    expect(say("Thanks!").text).toBe("You are welcome.");
  });

  it("repeat what no rule knows", () => {
    expect(say("The moon is far").text).toContain("“The moon is far”");
    expect(say("   ").text).not.toBe("");
  });

  it.each([
    ["What is the weather in Lisbon?", "getWeather", { city: "Lisbon" }],
    ["weather for São Paulo", "getWeather", { city: "São Paulo" }],
    ["What time is it?", "getUserTimezone", {}],
    ["what is 5000 * 3?", "calculate", { a: 5000, b: 3, operator: "*" }],
    ["7,000 divided by 2", "calculate", { a: 7000, b: 2, operator: "/" }],
    ["list my reminders", "getScheduledTasks", {}],
    [
      "remind me in 90 seconds to stretch",
      "scheduleTask",
      { description: "Stretch", when: { type: "delayed", delayInSeconds: 90 } },
    ],
  ])("call a tool for %j", (sentence, tool, input) => {
    expect(say(sentence).call).toEqual({ tool, input });
  });

  it("speak of what the tool gave", () => {
    const calculation = say("what is 2 + 3");
    expect(wordsAfter(calculation, { expression: "2 + 3", result: 5 })).toBe("2 + 3 = **5**");
    const list = say("what is scheduled?");
    expect(wordsAfter(list, [])).toBe("Nothing is scheduled.");
    const tea = [{ text: "Tea", dueAt: Date.parse("2026-11-24T08:00:00Z") }];
    expect(wordsAfter(list, tea)).toContain("- Tea (Tue");
  });

  it("ask for what is missing", () => {
    expect(say("remind me to stretch").text).toContain("When?");
    expect(say("how is the weather").text).toContain("Where?");
  });

  it("think about primes", () => {
    expect(say("Is 97 prime?")).toMatchObject({ text: "Yes, **97** is a prime number." });
    expect(say("is 91 a prime number").reasoning).toContain("7 divides it: 7 × 13 = 91.");
  });

  it("go on for as long as one wishes", () => {
    expect(say("count to 200").text).toMatch(/^1, 2, 3, .*, 199, 200$/);
  });
});
