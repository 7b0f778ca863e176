import { expect, test } from "vitest";
import { isAutoReplyEmail } from "./auto-reply.ts";

test.each<[string, boolean]>([
  ["auto-submitted: no", false],
  ["Auto-Submitted: No ", false],
  ["auto-submitted: no; owner-email=x", false],
  ["auto-submitted: auto-replied", true],
  ["AUTO-SUBMITTED: auto-generated; type=disposition-notification", true],
  ["auto-submitted: notify", true],
  ["auto-submitted: ", true],
  ["x-auto-response-suppress: All", true],
  ["X-Auto-Response-Suppress: None", true],
  ["precedence: bulk", true],
  ["Precedence: JUNK", true],
  ["precedence:  list ", true],
  ["precedence: first-class", false],
  ["subject: out of office", false],
  ["auto-submitted: no\nprecedence: bulk", true],
  ["subject: bulk\nx-precedence: bulk", false],
])("%j: written by a machine is %j", (text, expected) => {
  const headers = text.split("\n").map((line) => {
    const [key = "", ...value] = line.split(":");
    return { key, value: value.join(":").slice(1) };
  });
  expect(isAutoReplyEmail(headers)).toBe(expected);
});

test("an e-mail without headers is written by a person", () => {
  expect(isAutoReplyEmail([])).toBe(false);
});
