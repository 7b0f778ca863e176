import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cell, Row } from "../cell.ts";
import { whyOurs } from "../frames/differences.ts";
import { scenarios } from "../frames/scenarios.ts";
import { Stage } from "../frames/trace.ts";

type Trace = Readonly<Record<string, unknown>>;

/** What tabs are told in a scenario, and what is stored. */
interface Golden {
  /** By the published SDK. */
  readonly published: Trace;
  /** By ours, where that is something else. */
  readonly ours?: Trace;
  /** Why it is something else. */
  readonly because?: readonly string[];
}

const folder = join(import.meta.dirname, "../../../recorded/chat");
/** Set to write down what the published SDK tells on workerd, and ours where it differs. */
const isRecording = process.env.CHAT_FRAMES === "record";

/** A row for each scenario: every frame of every tab is as it is written down. */
export const chatFrameRows: readonly Row[] = [...scenarios].map(([name, play]) => ({
  name: `chat-frames-${name}`,
  async run(cell) {
    const stage = new Stage(cell);
    try {
      await play(stage);
      const trace = await stage.trace();
      if (isRecording) record(name, cell, trace);
      else assert.deepEqual(trace, expected(name, cell));
      assert.deepEqual(
        read(name).because ?? [],
        reasons(name),
        "the reasons written down are others",
      );
    } finally {
      stage.close();
    }
  },
}));

function expected(name: string, { server }: Cell): Trace {
  const { ours, published } = read(name);
  return server === "freehold" ? { ...published, ...ours } : published;
}

/** Why ours tells something else: a difference that is meant, or none. */
function reasons(name: string): string[] {
  const { ours } = read(name);
  return ours ? whyOurs(name, JSON.stringify(ours)) : [];
}

function record(name: string, { host, sdk, server }: Cell, trace: Trace): void {
  if (host !== "workerd" || sdk !== "upstream") return;
  mkdirSync(folder, { recursive: true });
  const before = read(name);
  const after =
    server === "upstream" ? { ...before, published: trace } : withOurs(before, name, trace);
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(after, undefined, 2)}\n`);
}

function withOurs({ published }: Golden, name: string, trace: Trace): Golden {
  const differs = ([key, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(published[key]);
  const ours = Object.fromEntries(Object.entries(trace).filter(differs));
  if (Object.keys(ours).length === 0) return { published };
  return { because: whyOurs(name, JSON.stringify(ours)), published, ours };
}

function read(name: string): Golden {
  try {
    return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Golden;
  } catch (error) {
    if (isRecording) return { published: {} };
    throw error;
  }
}
