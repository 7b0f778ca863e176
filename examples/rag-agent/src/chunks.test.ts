import { describe, expect, it } from "vitest";
import { chunksOf } from "./chunks.ts";

describe("chunksOf", () => {
  it("cuts at headings, and knows those above", () => {
    const markdown = "Before.\n\n# Bees\n\nOne.\n\n## Swarms\nTwo.\n\nThree.\n# Wasps\nFour.";
    expect(chunksOf(markdown)).toEqual([
      { heading: "", text: "Before." },
      { heading: "Bees", text: "One." },
      { heading: "Bees › Swarms", text: "Two.\n\nThree." },
      { heading: "Wasps", text: "Four." },
    ]);
  });

  it("takes no comment in code for a heading", () => {
    expect(chunksOf("# A\n\n```sh\n# not a heading\n\nls\n```")).toEqual([
      { heading: "A", text: "```sh\n# not a heading\n\nls\n```" },
    ]);
  });

  it("cuts what is long between paragraphs, and repeats a short one", () => {
    const [long, short] = ["x".repeat(700), "y".repeat(150)];
    expect(chunksOf(`${long}\n\n${short}\n\n${long}`).map(({ text }) => text)).toEqual([
      `${long}\n\n${short}`,
      `${short}\n\n${long}`,
    ]);
  });

  it("loses no word and makes nothing of nothing", () => {
    expect(chunksOf("\n\n")).toEqual([]);
    expect(chunksOf("x".repeat(5000)).map(({ text }) => text.length)).toEqual([5000]);
  });
});
