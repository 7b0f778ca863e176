/**
 * The host whose system calls are recorded: agents write pages of their diaries, fall asleep and wake
 * again. Says on its output which pages were acknowledged.
 */
import { writeSync } from "node:fs";
import { argv } from "node:process";
import { setTimeout } from "node:timers/promises";
import type { Durability } from "../../src/index.ts";
import { DIARIES, pageUrl, startDiaries } from "./agent-host.ts";

const [, , dataDirectory = "", durability = "strict"] = argv;
const PAGES = 12;
/** Every so many pages an agent has the time to fall asleep, in milliseconds. */
const NAP_PAGES = 5;
const NAP_MS = 45;

const host = await startDiaries(dataDirectory, durability as Durability);

async function keep(name: string): Promise<void> {
  for (let page = 1; page <= PAGES; page += 1) {
    const response = await host.fetch(new Request(pageUrl(name, page)));
    const { id } = (await response.json()) as { readonly id: string };
    writeSync(1, `page ${name} ${id} ${page}\n`);
    if (page % NAP_PAGES === 0) await setTimeout(NAP_MS);
  }
}

await Promise.all(DIARIES.map(keep));
await host.close();
process.exit(0);
