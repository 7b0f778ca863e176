import { expect, test } from "vitest";
import { withPort } from "./start-anew.ts";

test("the port that was picked takes the place of the one that was asked for", () => {
  const wanted = ["cli.js", "dev", "--data", "x", "--port", "5173"];
  expect(withPort(["cli.js", "dev", "--port", "0", "--data", "x"], 5173)).toEqual(wanted);
  expect(withPort(["cli.js", "dev", "--port=0", "--data", "x"], 5173)).toEqual(wanted);
  expect(withPort(["cli.js", "dev", "--data", "x"], 5173)).toEqual(wanted);
});
