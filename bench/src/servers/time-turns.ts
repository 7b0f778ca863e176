// Loaded into the server before everything else: measures how long turns of its event loop are, by the
// CPU time of its thread, so that what other processes take of the machine is not in it. The turns of each
// second, in milliseconds, are a line of the file BENCH_TURNS, behind the time.
import fs from "node:fs";
import process from "node:process";

const target = process.env.BENCH_TURNS ?? "";
const WORTH_TELLING_MS = 0.1;
/** What is shorter is told of together. Looking more often would itself be work while all is asleep. */
const EVERY_MS = 5;
let turns: string[] = [];
let before = process.threadCpuUsage();

setInterval(() => {
  const now = process.threadCpuUsage();
  const ms = (now.user - before.user + now.system - before.system) / 1000;
  before = now;
  if (ms >= WORTH_TELLING_MS) turns.push(ms.toFixed(2));
}, EVERY_MS).unref();

setInterval(() => {
  if (turns.length > 0) fs.appendFileSync(target, `${Date.now()} ${turns.join(" ")}\n`);
  turns = [];
}, 1000).unref();
