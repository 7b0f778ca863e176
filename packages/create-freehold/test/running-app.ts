import { join } from "node:path";
import { onTestFailed } from "vitest";
import {
  launchChromium,
  type TestBrowser,
  type TestBrowserOptions,
} from "../../../scripts/testing/chromium.ts";
import { DevApp } from "../../../scripts/testing/dev-app.ts";
import { Tab } from "./tab.ts";

const TEMPLATE = join(import.meta.dirname, "../template");
const ACTION_TIMEOUT_MS = 25_000;

/** A copy of the starter, and the browsers that look at it. */
export class RunningApp implements AsyncDisposable {
  readonly dev: DevApp;
  readonly #browsers: TestBrowser[] = [];
  readonly #tabs: Tab[] = [];

  private constructor(dev: DevApp) {
    this.dev = dev;
  }

  /** Starts it in development. */
  static async develop(): Promise<RunningApp> {
    return RunningApp.#run(await DevApp.copy(TEMPLATE));
  }

  /** Starts it as in production; `vars` is what stands in `.dev.vars`. */
  static async start(vars?: string): Promise<RunningApp> {
    return RunningApp.#run(await DevApp.built(TEMPLATE), vars);
  }

  static async #run(dev: DevApp, vars?: string): Promise<RunningApp> {
    try {
      if (vars !== undefined) await dev.write(".dev.vars", vars);
      await dev.start();
    } catch (error) {
      await dev[Symbol.asyncDispose]();
      throw error;
    }
    return new RunningApp(dev);
  }

  get url(): string {
    return this.dev.url;
  }

  /** What the pages threw. */
  get failures(): readonly string[] {
    return this.#tabs.flatMap(({ failures }) => failures);
  }

  /** Another person: a browser with a profile of its own. */
  async visitor(options?: TestBrowserOptions): Promise<TestBrowser> {
    const browser = await launchChromium(options);
    browser.context.setDefaultTimeout(ACTION_TIMEOUT_MS);
    this.#browsers.push(browser);
    return browser;
  }

  /** A tab of that person, on a page of the app. */
  async tab(browser: TestBrowser, path = "/"): Promise<Tab> {
    const tab = new Tab(await browser.context.newPage());
    this.#tabs.push(tab);
    return tab.open(new URL(path, this.url).href);
  }

  /** Prints what server and pages said, when the test that runs fails. */
  explainFailure(): void {
    onTestFailed(() => {
      console.error(`Output of freehold:\n${this.dev.output}`);
      console.error(`Errors of the pages: ${this.failures.join("\n") || "none"}`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const browser of this.#browsers) await browser.close();
    await this.dev[Symbol.asyncDispose]();
  }
}
