import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { findChromium, launchChromium } from "./chromium.ts";

afterEach(() => vi.unstubAllEnvs());

describe("findChromium", () => {
  it("takes the browser that the environment names", () => {
    vi.stubEnv("CHROMIUM_PATH", process.execPath);
    expect(findChromium()).toBe(process.execPath);
  });

  it("refuses a named browser that is not there", () => {
    vi.stubEnv("CHROMIUM_PATH", "/nowhere/chromium");
    expect(() => findChromium()).toThrow("/nowhere/chromium");
  });
});

describe.skipIf(!findChromium())("launchChromium", () => {
  it("opens two tabs that share storage, and leaves nothing behind", async () => {
    const profiles = mkdtempSync(join(tmpdir(), "freehold-profiles-"));
    vi.stubEnv("TMPDIR", profiles);
    const server = createServer((_, response) => {
      response.setHeader("content-type", "text/html").end("<title>Here</title>");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const browser = await launchChromium({ colorScheme: "dark" });
    try {
      const [one, two] = [await browser.context.newPage(), await browser.context.newPage()];
      await one.goto(url);
      await two.goto(url);
      await one.evaluate("localStorage.setItem('who', 'me')");
      expect(await two.evaluate("localStorage.getItem('who')")).toBe("me");
      expect(await two.title()).toBe("Here");
      expect(await two.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")).toBe(true);
    } finally {
      await browser.close();
      server.close();
    }
    expect(readdirSync(profiles)).toEqual([]);
    rmSync(profiles, { recursive: true });
  });
});
