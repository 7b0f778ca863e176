import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";
import type { Page } from "playwright-core";
import { launchChromium, type TestBrowser } from "../../../../scripts/testing/chromium.ts";
import type { SdkName } from "../../bundle-worker.ts";
import type { PageChat, Shown, ShownMessage } from "./page-chat.ts";

const OURS: Readonly<Record<string, string>> = {
  "agents/react": "@freehold/agents/react",
  "@cloudflare/ai-chat/react": "@freehold/agents/chat/react",
};
const STEP_LIMIT_MS = 60_000;

let browser: Promise<TestBrowser> | undefined;
/** Loaded pages that show nothing now, by client and server. */
const idle = new Map<string, Page[]>();
const bundles = new Map<string, Promise<string>>();
/** The AI SDK 6, beside the 7 that everything else uses. */
const VERSION_6 = fileURLToPath(import.meta.resolve("ai-sdk-react-3/package.json"));

/** Ends the browser, if a row has used one. */
export async function closeBrowser(): Promise<void> {
  const running = browser;
  browser = undefined;
  idle.clear();
  await (await running)?.close();
}

function bundled(sdk: SdkName, aiSdk: 6 | 7): Promise<string> {
  const key = `${sdk} ${aiSdk}`;
  const known = bundles.get(key);
  if (known) return known;
  const options: BuildOptions & { write: false } = {
    entryPoints: [join(import.meta.dirname, "page.ts")],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    platform: "browser",
    conditions: ["freehold-source"],
    define: { "process.env.NODE_ENV": '"development"' },
    alias: {
      ...(sdk === "freehold" ? OURS : {}),
      ...(aiSdk === 6 ? olderAiSdk() : {}),
    },
    logLevel: "silent",
  };
  const made = build(options).then(({ outputFiles }) => outputFiles[0]!.text);
  bundles.set(key, made);
  return made;
}

function olderAiSdk(): Record<string, string> {
  const folder = dirname(VERSION_6);
  return { "@ai-sdk/react": "ai-sdk-react-3", ai: join(folder, "node_modules/ai") };
}

/** Where a tab leads. */
export interface TabOptions {
  readonly client: SdkName;
  /** Of the server, or of something in front of it. */
  readonly url: URL;
  readonly agent: string;
  readonly name: string;
  readonly mode?: string;
  /** Default 7. */
  readonly aiSdk?: 6 | 7;
}

/** A page of the browser with one conversation. */
export class Tab implements AsyncDisposable {
  readonly page: Page;
  readonly #script: string;
  readonly #pool: Page[];
  readonly #shown: Shown;
  readonly #url: URL;

  private constructor(page: Page, script: string, pool: Page[], url: URL, shown: Shown) {
    this.page = page;
    this.#script = script;
    this.#pool = pool;
    this.#shown = shown;
    this.#url = url;
  }

  static async open({ client, url, agent, name, mode = "", aiSdk = 7 }: TabOptions): Promise<Tab> {
    browser ??= launchChromium();
    const [{ context }, script] = await Promise.all([browser, bundled(client, aiSdk)]);
    const key = `${client} ${aiSdk} ${url.origin}`;
    const pool = idle.get(key) ?? [];
    idle.set(key, pool);
    const known = pool.pop();
    const page = known ?? (await context.newPage());
    const tab = new Tab(page, script, pool, url, { agent, name, mode });
    if (known) await tab.#show();
    else await tab.load();
    return tab;
  }

  /**
   * Loads the page, anew when it is there. The document is the server's own "not found": the browser lets
   * only pages of this machine speak to it.
   */
  async load(): Promise<void> {
    await this.page.goto(new URL("/page", this.#url).href);
    await this.page.addScriptTag({ content: this.#script });
    await this.#show();
  }

  async #show(): Promise<void> {
    await this.page.evaluate((shown) => {
      (globalThis as unknown as { show(given: unknown): void }).show(shown);
    }, this.#shown);
    await this.page.waitForFunction("globalThis.isReady", undefined, { timeout: STEP_LIMIT_MS });
  }

  /** What the page has now. Functions are left out. */
  async now(): Promise<PageChat> {
    return this.page.evaluate(() => {
      const { page } = globalThis as unknown as { page: PageChat };
      return JSON.parse(JSON.stringify(page)) as PageChat;
    });
  }

  /** Calls a function of the hook. */
  async do(name: keyof PageChat["chat"], ...args: readonly unknown[]): Promise<void> {
    await this.page.evaluate(
      ([method, given]) => {
        const { chat } = (globalThis as unknown as { page: { chat: Record<string, unknown> } })
          .page;
        // The answer is not waited for: a test looks at what is shown.
        void (chat[method as string] as (...all: unknown[]) => unknown)(...(given as unknown[]));
      },
      [name, args] as const,
    );
  }

  say(text: string): Promise<void> {
    return this.do("sendMessage", { text });
  }

  /** Waits until what the page has fits. */
  async until(what: string, fits: (page: PageChat) => boolean): Promise<PageChat> {
    const end = performance.now() + STEP_LIMIT_MS;
    for (;;) {
      const page = await this.now().catch(() => undefined);
      if (page && fits(page)) return page;
      if (performance.now() > end) {
        throw new Error(`${what} did not happen; the page has ${JSON.stringify(page)}`);
      }
      await this.page.waitForTimeout(20);
    }
  }

  /** Waits until so many messages are shown and nothing is under way; what they say. */
  async settled(count: number): Promise<string[]> {
    const { chat } = await this.until(`${count} messages`, (page) => {
      const { messages, status, isStreaming } = page.chat;
      const isIdle = status === "ready" || status === "error";
      return messages.length === count && isIdle && !isStreaming;
    });
    return chat.messages.map(said);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.evaluate(() => {
      (globalThis as unknown as { show(given: null): void }).show(null);
    });
    this.#pool.push(this.page);
  }
}

/** A message in a line: tools by name and state. */
export function said({ role, parts }: ShownMessage): string {
  const words = parts.flatMap(({ type, text, state, output }) => {
    if (type === "text") return [text];
    if (!type.startsWith("tool-")) return [];
    const result = output === undefined ? "" : ` ${JSON.stringify(output)}`;
    return [`[${type.slice("tool-".length)} ${state}${result}]`];
  });
  return `${role}: ${words.join("")}`;
}
