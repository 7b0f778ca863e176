import type { AssetsConfig } from "@freehold/host";
import { describe, expect, it } from "vitest";
import { leavesRestToFiles, runsWorkerFirst, servesPage } from "./routes.ts";

const assets = (change: Partial<AssetsConfig>): AssetsConfig => ({
  directory: "/project/dist/client",
  binding: undefined,
  notFoundHandling: "none",
  runWorkerFirst: false,
  ...change,
});
const navigation = (url: string) => ({
  method: "GET",
  url,
  fetchMode: "navigate",
  accept: "text/html",
});

describe("runsWorkerFirst", () => {
  it("follows a plain rule", () => {
    expect(runsWorkerFirst(undefined, navigation("/x"))).toBe(false);
    expect(runsWorkerFirst(assets({ runWorkerFirst: true }), navigation("/x"))).toBe(true);
  });

  it("matches patterns against the path alone", () => {
    const config = assets({ runWorkerFirst: ["/agents/*"] });
    expect(runsWorkerFirst(config, navigation("/agents/chat/a?b=/x"))).toBe(true);
    expect(runsWorkerFirst(config, navigation("/other?x=/agents/y"))).toBe(false);
    expect(runsWorkerFirst(config, navigation("/agents"))).toBe(false);
  });

  it("lets a negative pattern win and treats other characters literally", () => {
    const config = assets({ runWorkerFirst: ["/api/*", "!/api/docs.(x)/*"] });
    expect(runsWorkerFirst(config, navigation("/api/docs.(x)/a"))).toBe(false);
    expect(runsWorkerFirst(config, navigation("/api/docsa(x)/a"))).toBe(true);
  });
});

describe("servesPage", () => {
  const fallback = { exists: true, rewritten: "/index.html" };

  it("serves HTML files that exist", () => {
    expect(servesPage(undefined, fallback, navigation("/"))).toBe(true);
    const about = { exists: true, rewritten: "/about.html" };
    expect(servesPage(undefined, about, navigation("/about"))).toBe(true);
  });

  it("answers other navigations only for a single-page application", () => {
    const spa = assets({ notFoundHandling: "single-page-application" });
    expect(servesPage(spa, fallback, navigation("/rooms/1"))).toBe(true);
    expect(servesPage(assets({}), fallback, navigation("/rooms/1"))).toBe(false);
    const call = { ...navigation("/rooms/1"), fetchMode: "cors" };
    expect(servesPage(spa, fallback, call)).toBe(false);
  });

  it("answers whatever a list of the Worker's paths does not name", () => {
    const listed = assets({
      notFoundHandling: "single-page-application",
      runWorkerFirst: ["/agents/*"],
    });
    const call = { ...navigation("/rooms/1"), fetchMode: "cors" };
    expect(servesPage(listed, fallback, call)).toBe(true);
    expect(servesPage(listed, fallback, { ...call, method: "POST" })).toBe(false);
    expect(leavesRestToFiles(listed)).toBe(true);
    expect(leavesRestToFiles(assets({ runWorkerFirst: ["/agents/*"] }))).toBe(false);
    expect(leavesRestToFiles(assets({ notFoundHandling: "404-page" }))).toBe(false);
    expect(leavesRestToFiles(undefined)).toBe(false);
  });

  it("leaves everything else to the Worker", () => {
    const post = { ...navigation("/"), method: "POST" };
    expect(servesPage(undefined, fallback, post)).toBe(false);
    expect(servesPage(undefined, { exists: false, rewritten: "/" }, navigation("/"))).toBe(false);
    const old = { method: "GET", url: "/data.bin", fetchMode: undefined, accept: "*/*" };
    const spa = assets({ notFoundHandling: "single-page-application" });
    expect(servesPage(spa, { exists: true, rewritten: "/data.bin" }, old)).toBe(false);
  });
});
