import { resolve } from "node:path";
import { expect, test } from "vitest";
import { countOf, portOf, writtenFlags } from "./flags.ts";

const DECLARED = [
  { name: "data" },
  { name: "env" },
  { name: "port" },
  { name: "cursor" },
  { name: "json", isBoolean: true },
];

test("values are what was written, the last of several", () => {
  const args = ["--cursor", "007", "--port=1", "word", "--json", "--port", "2", "--env", ""];
  expect(writtenFlags(DECLARED, args)).toEqual({ cursor: "007", port: "2", env: "" });
});

test("a folder of data is seen from the working directory, and is never an empty text", () => {
  expect(writtenFlags(DECLARED, ["--data", "5"])).toEqual({ data: resolve("5") });
  for (const args of [["--data", ""], ["--port="]]) {
    expect(() => writtenFlags(DECLARED, args)).toThrow(
      expect.objectContaining({ code: "FLAG_EMPTY" }),
    );
  }
});

test.each(["", "x", "0x50", "1e3", "-1", "65536", "80 81"])("%j is no port", (text) => {
  expect(() => portOf(text)).toThrow(expect.objectContaining({ code: "PORT_INVALID" }));
});

test("ports and counts are numbers", () => {
  expect([portOf("0"), portOf(8080), countOf("limit", "5"), countOf("limit", undefined)]).toEqual([
    0,
    8080,
    5,
    undefined,
  ]);
  for (const text of ["0", "-1", "many", "1.5", ""]) {
    expect(() => countOf("limit", text)).toThrow(
      expect.objectContaining({ code: "COUNT_INVALID" }),
    );
  }
});
