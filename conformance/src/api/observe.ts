import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import { bundleWorker, type SdkName } from "../bundle-worker.ts";
import { startWorkerd } from "../hosts/workerd.ts";
import type { ApiDifference } from "./surface.ts";

/** What an agent shows of itself on workerd. */
export interface Observed {
  /** The frames of a fresh agent's first connection, by type, in their order. */
  readonly frames: ReadonlyMap<string, string>;
  /** Tables and indexes once its rooms were used: name → DDL, white space made even. */
  readonly tables: ReadonlyMap<string, string>;
}

const fixture = join(import.meta.dirname, "../../fixtures/worker.ts");
const AGENTS = ["MatrixAgent", "MatrixChat"] as const;
const QUIET_MS = 1000;
const PATIENCE_MS = 5000;

/** Runs the fixture with both SDKs on workerd and compares fresh objects. */
export async function compareObserved(): Promise<ApiDifference[]> {
  const [theirs, ours] = await Promise.all([observe("upstream"), observe("freehold")]);
  return AGENTS.flatMap((agent) => compareAgent(agent, theirs.get(agent)!, ours.get(agent)!));
}

/** Frames and tables of one agent that are missing, different or only ours. */
export function compareAgent(agent: string, theirs: Observed, ours: Observed): ApiDifference[] {
  return [
    ...compareTexts(`frame:${agent}`, theirs.frames, ours.frames),
    ...compareTexts(`table:${agent}`, theirs.tables, ours.tables),
  ];
}

function compareTexts(
  prefix: string,
  theirs: ReadonlyMap<string, string>,
  ours: ReadonlyMap<string, string>,
): ApiDifference[] {
  const differences = [...theirs].flatMap(([name, text]): ApiDifference[] => {
    const id = `${prefix}.${name}`;
    const mine = ours.get(name);
    if (mine === undefined) return [{ id, detail: `ours has none; published: ${text}` }];
    return mine === text ? [] : [{ id, detail: `published: ${text}\n      ours:      ${mine}` }];
  });
  const extra = [...ours].filter(([name]) => !theirs.has(name));
  return [
    ...differences,
    ...extra.map(([name, text]) => ({
      id: `extra-${prefix}.${name}`,
      detail: `only ours: ${text}`,
    })),
  ];
}

async function observe(sdk: SdkName): Promise<Map<string, Observed>> {
  const script = await bundleWorker(fixture, sdk);
  const objects = Object.fromEntries(AGENTS.map((name) => [name, name]));
  const workflows = ["MatrixFlow"];
  const host = await startWorkerd({ name: `api-${sdk}`, script, objects, workflows });
  try {
    const seen = AGENTS.map(async (agent) => [agent, await observeAgent(host.url, agent)] as const);
    return new Map(await Promise.all(seen));
  } finally {
    await host.close();
  }
}

interface TableRow {
  readonly name: string;
  readonly sql: string;
}

interface ReceivedFrame {
  readonly type?: string;
  readonly id?: string;
  readonly done?: boolean;
  readonly result?: readonly TableRow[];
}

const CHAT_REQUEST = JSON.stringify({
  type: "cf_agent_use_chat_request",
  id: "turn",
  init: {
    method: "POST",
    body: JSON.stringify({
      messages: [{ id: "u1", role: "user", parts: [{ type: "text", text: "hi" }] }],
      trigger: "submit-message",
    }),
  },
});

async function observeAgent(base: URL, agent: string): Promise<Observed> {
  const kebab = agent.replace(/(?<!^)[A-Z]/g, "-$&").toLowerCase();
  const socket = new WebSocket(`ws://${base.host}/agents/${kebab}/fresh`);
  const texts: string[] = [];
  socket.on("message", (data: Buffer) => texts.push(data.toString()));
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  await delay(QUIET_MS);
  const frames = new Map(texts.map((text) => [parse(text).type ?? "", text]));
  const answer = async (id: string) => {
    for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
      const found = texts.map(parse).find((frame) => frame.id === id && frame.done !== false);
      if (found) return found;
      await delay(50);
    }
    throw new Error(`${agent} did not answer "${id}"`);
  };
  try {
    if (agent === "MatrixChat") {
      socket.send(CHAT_REQUEST);
      await answer("turn");
    }
    socket.send(JSON.stringify({ type: "rpc", id: "tables", method: "tables", args: [] }));
    const { result = [] } = await answer("tables");
    return { frames, tables: new Map(result.map(({ name, sql }) => [name, normalize(sql)])) };
  } finally {
    socket.terminate();
  }
}

const parse = (text: string) => JSON.parse(text) as ReceivedFrame;

/** Evens out white space and the optional words that do not change what a statement makes. */
export function normalize(ddl: string): string {
  return ddl
    .replaceAll(/--[^\n]*/g, " ")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([(),]) ?/g, "$1")
    .replace(/^CREATE (TABLE|INDEX) IF NOT EXISTS /i, "CREATE $1 ")
    .trim();
}
