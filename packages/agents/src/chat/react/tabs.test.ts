import { it } from "vitest";
import { showsAllOnce } from "./testing/tab-suite.ts";

it("shows in every tab what was said, once, whatever breaks", { timeout: 120_000 }, async () => {
  await showsAllOnce(25);
});
