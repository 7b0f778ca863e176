import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type BrowserContext, chromium, type ViewportSize } from "playwright-core";

/** Said once by `npm test` where browser suites are skipped. */
export const CHROMIUM_HELP =
  "Chromium was not found: browser suites were SKIPPED. Install it with `sudo apt-get install -y chromium`, or set CHROMIUM_PATH.";

/** How long pages wait for what must come about, in milliseconds; on a busy machine they need it. */
const PATIENCE_MS = 60_000;

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * The Chromium to test with: `CHROMIUM_PATH`, else `/usr/bin/chromium`, else `chromium` on the
 * path. Undefined where there is none; suites then skip themselves.
 *
 * @throws Error when `CHROMIUM_PATH` names no file: a test run that was told to use a browser must
 *   not skip silently.
 *
 * @example
 * ```ts
 * describe.skipIf(!findChromium())("the starter", () => { … });
 * ```
 */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH is ${named}, which does not exist`);
  }
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return ["/usr/bin", ...folders]
    .map((folder) => join(folder, "chromium"))
    .find((file) => existsSync(file));
}

/** A running browser with a profile of its own; pages of one `context` share storage, as tabs do. */
export interface TestBrowser extends AsyncDisposable {
  readonly context: BrowserContext;
  /** Ends the browser and deletes its profile. */
  close(): Promise<void>;
}

/** How the pages of {@link launchChromium} look. */
export interface TestBrowserOptions {
  /** CSS pixels; default 1280 × 800. */
  readonly viewport?: ViewportSize;
  /** Default `"light"`. */
  readonly colorScheme?: "light" | "dark";
  /** Whether it is a device that is touched, such as a phone; default: one with a mouse. */
  readonly touch?: boolean;
}

/**
 * Starts Chromium with an empty profile. End it with `close()`, or hold it with `await using`.
 *
 * @throws Error when no Chromium is installed; guard suites with {@link findChromium}.
 *
 * @example
 * ```ts
 * await using browser = await launchChromium();
 * const page = await browser.context.newPage();
 * await page.goto(url);
 * ```
 */
export async function launchChromium(options: TestBrowserOptions = {}): Promise<TestBrowser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(CHROMIUM_HELP);
  const profile = await mkdtemp(join(tmpdir(), "freehold-chromium-"));
  const removeProfile = () => rm(profile, { recursive: true, force: true, maxRetries: 5 });
  let context: BrowserContext;
  try {
    context = await chromium.launchPersistentContext(profile, {
      executablePath,
      args: FLAGS,
      viewport: options.viewport ?? { width: 1280, height: 800 },
      colorScheme: options.colorScheme ?? "light",
      ...(options.touch ? { hasTouch: true, isMobile: true } : {}),
    });
    context.setDefaultTimeout(PATIENCE_MS);
  } catch (error) {
    await removeProfile();
    throw error;
  }
  const close = async () => {
    await context.close();
    await removeProfile();
  };
  return { context, close, [Symbol.asyncDispose]: close };
}
