import fc from "fast-check";
import { expect, test } from "vitest";
import { readHeaderText } from "./mime.ts";
import { decodedWords, encodedWords } from "./words.ts";

test("any text comes back from its encoded words, each of at most 75 characters", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 300 }), async (text) => {
      const words = encodedWords(text);
      expect(words.every((word) => /^[\x21-\x7e]{1,75}$/.test(word))).toBe(true);
      expect(decodedWords(words.join(" "))).toBe(text);
      // Another reader agrees.
      expect(await readHeaderText(words.join(" "))).toBe(text);
    }),
  );
});

test.each(["plain", "a%20b", "=?utf-8?B?", "=?utf-8?B?!!?=", "=?utf-8?B?YQ?= and more", ""])(
  "%j is no encoded word, and stays as it is",
  (text) => {
    expect(decodedWords(text)).toBe(text);
  },
);

test("a subject of any charset is read", async () => {
  expect(await readHeaderText("=?iso-8859-1?Q?h=E4llo?= you")).toBe("hällo you");
  expect(await readHeaderText("plain")).toBe("plain");
});
