import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { findChromium, launchChromium } from "../../../scripts/testing/chromium.ts";
import { DevApp } from "../../../scripts/testing/dev-app.ts";
import type { Figures } from "../harness/scenario.ts";
import { median, round } from "../harness/stats.ts";
import type { Budget, BudgetContext } from "./budget.ts";

const packages = join(import.meta.dirname, "../../../packages");
const LOADS = 7;

/** Builds a copy of the starter, weighs its page, and opens it with nothing in the browser's cache. */
async function run({ say }: BudgetContext): Promise<Figures> {
  say("starter: building");
  await using app = await DevApp.built(join(packages, "create-freehold/template"));
  const weight = await weigh(join(app.folder, "dist/client"));
  if (!findChromium()) return weight;
  await app.start();
  say(`starter: loading it ${LOADS} times`);
  return { ...weight, ...(await load(app.url)) };
}

/** KiB of gzipped JavaScript: what loads with the page, and all there is. */
async function weigh(page: string): Promise<Figures> {
  const html = await readFile(join(page, "index.html"), "utf8");
  const sizes = new Map<string, number>();
  const imports = new Map<string, string[]>();
  for (const file of globSync("**/*.js", { cwd: page })) {
    const code = await readFile(join(page, file), "utf8");
    sizes.set(file, gzipSync(code, { level: 9 }).length / 1024);
    const found = code.matchAll(/\b(?:from|import)\s*["'](\.\/[^"']+)["']/g);
    imports.set(
      file,
      [...found].map(([, target = ""]) => join(dirname(file), target)),
    );
  }
  const first = new Set<string>();
  const open = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, file = ""]) => file);
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (first.has(file)) continue;
    first.add(file);
    open.push(...(imports.get(file) ?? []));
  }
  const sum = (files: Iterable<string>) =>
    [...files].reduce((total, file) => total + (sizes.get(file) ?? 0), 0);
  const styles = globSync("**/*.css", { cwd: page });
  const css = await Promise.all(styles.map((file) => readFile(join(page, file))));
  return {
    js_kib: round(sum(sizes.keys()), 1),
    js_first_kib: round(sum(first), 1),
    css_kib: round(css.reduce((total, text) => total + gzipSync(text).length, 0) / 1024, 1),
  };
}

/** Milliseconds from the address to the first paint, and until one can write and send. */
async function load(url: string): Promise<Figures> {
  const painted: number[] = [];
  const usable: number[] = [];
  const busy: number[] = [];
  let requests = 0;
  for (let time = 0; time < LOADS; time++) {
    await using browser = await launchChromium();
    const page = await browser.context.newPage();
    const inspector = await browser.context.newCDPSession(page);
    await inspector.send("Performance.enable");
    requests = 0;
    page.on("request", () => requests++);
    await page.goto(url);
    const connected = page.getByRole("status", { name: "Connection" }).getByText("Connected");
    await Promise.all([
      connected.waitFor(),
      page.getByRole("textbox", { name: "Message" }).waitFor(),
    ]);
    usable.push(await page.evaluate(() => performance.now()));
    const { metrics } = await inspector.send("Performance.getMetrics");
    busy.push((metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1000);
    painted.push(
      await page.evaluate(
        () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
      ),
    );
  }
  return {
    first_paint_ms: round(median(painted), 0),
    load_ms: round(median(usable), 0),
    load_worst_ms: round(Math.max(...usable), 0),
    page_busy_ms: round(median(busy), 0),
    requests,
  };
}

export const starterBudget: Budget = {
  name: "starter",
  about:
    "the starter's page, built: gzipped JavaScript, and from an empty cache until one can write",
  limits: [
    { figure: "js_kib", most: 250 },
    { figure: "js_first_kib", most: 170 },
    { figure: "load_ms", most: 1000 },
  ],
  run,
};
