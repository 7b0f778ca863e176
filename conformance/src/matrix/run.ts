import { join } from "node:path";
import { bundleWorker, type SdkName } from "../bundle-worker.ts";
import { startFreehold } from "../hosts/freehold.ts";
import type { HostName, RunningHost } from "../hosts/host.ts";
import { startWorkerd } from "../hosts/workerd.ts";
import { closeBrowser } from "./browser/tab.ts";
import {
  type Cell,
  type ClientModule,
  COMBINATIONS,
  type Combination,
  nameOf,
  type Row,
} from "./cell.ts";
import type { CellResult } from "./judge.ts";
import { Pool } from "./pool.ts";
import { agentToolRows } from "./rows/agent-tools.ts";
import { chatRows } from "./rows/chat.ts";
import { chatFrameRows } from "./rows/chat-frames.ts";
import { chatReactRows } from "./rows/chat-react.ts";
import { clientRows } from "./rows/clients.ts";
import { coreRows } from "./rows/core.ts";
import { durableRows } from "./rows/durable.ts";
import { httpRows } from "./rows/http.ts";
import { mailRows } from "./rows/mail.ts";
import { mcpRows } from "./rows/mcp.ts";
import { recordRows } from "./rows/records.ts";
import { subAgentRows } from "./rows/sub-agents.ts";
import { workRows } from "./rows/work.ts";
import { workflowRows } from "./rows/workflows.ts";

export const rows: readonly Row[] = [
  ...coreRows,
  ...clientRows,
  ...httpRows,
  ...chatRows,
  ...chatReactRows,
  ...chatFrameRows,
  ...workRows,
  ...subAgentRows,
  ...agentToolRows,
  ...durableRows,
  ...recordRows,
  ...mailRows,
  ...mcpRows,
  ...workflowRows,
];

const ROW_LIMIT_MS = 180_000;
/** Most cells wait most of the time. */
const CELLS_AT_A_TIME = 12;
/** Those with a browser keep a core busy. */
const PAGES_AT_A_TIME = 3;
const fixtures = join(import.meta.dirname, "../../fixtures");
const starters = { workerd: startWorkerd, freehold: startFreehold };

/** Classes of the fixture that both SDKs can run, and those that need rooms that ours has not yet. */
const COMMON = [
  "MatrixAgent",
  "MatrixChat",
  "PublishedChat",
  "MatrixScript",
  "MatrixTalk",
  "MatrixDurable",
  "MatrixMail",
  "MatrixRecords",
  "MatrixWork",
  "MatrixParent",
  "MatrixBoss",
  "MatrixForeman",
];
const PUBLISHED = ["PublishedMcp", "PublishedMcpClient"];

/** A combination with its server and client. */
interface Running {
  readonly combination: Combination;
  readonly server: Promise<RunningHost>;
  readonly client: Promise<ClientModule>;
}

/**
 * Runs the selected rows (all when empty) in all eight combinations, on four servers. The servers work
 * at the same time, the two clients one after the other.
 */
export async function runMatrix(only: readonly string[]): Promise<CellResult[]> {
  const unknown = only.filter((name) => !rows.some((row) => row.name === name));
  if (unknown.length > 0) throw new Error(`there is no row ${unknown.join(", ")}`);
  const chosen = rows.filter(({ name }) => only.length === 0 || only.includes(name));
  const servers = new Map<string, Promise<RunningHost>>();
  const bundle = bundler();
  const running = COMBINATIONS.map((combination): Running => {
    const { sdk, host, client } = combination;
    const key = `${sdk}-${host}`;
    const server = servers.get(key) ?? startServer(sdk, host, bundle);
    servers.set(key, server);
    return { combination, server, client: loadClient(client) };
  });
  await Promise.allSettled(servers.values());
  try {
    const failed = await prepare(running, [...servers.values()], chosen);
    const results: CellResult[] = [];
    for (const client of ["upstream", "freehold"] as const) {
      const group = running.filter(({ combination }) => combination.client === client);
      const pool = new Pool(CELLS_AT_A_TIME);
      const pages = new Pool(PAGES_AT_A_TIME);
      const cells = chosen.flatMap((row) =>
        group.map((each) => (row.inBrowser ? pages : pool).run(() => runCell(each, row, failed))),
      );
      results.push(...(await Promise.all(cells)));
    }
    return results;
  } finally {
    await closeBrowser();
    for (const started of await Promise.allSettled(servers.values())) {
      if (started.status === "fulfilled") await started.value.close();
    }
  }
}

async function startServer(
  sdk: SdkName,
  host: HostName,
  bundle: (sdk: SdkName) => Promise<string>,
): Promise<RunningHost> {
  const isOurs = sdk === "freehold";
  const script = await bundle(sdk);
  const classes = isOurs ? COMMON : [...COMMON, ...PUBLISHED];
  const objects = Object.fromEntries(classes.map((name) => [name, name]));
  const workflows = ["MatrixFlow"];
  return starters[host]({ name: `matrix-${sdk}`, script, objects, workflows });
}

/** Bundles the fixture once for each SDK. */
function bundler(): (sdk: SdkName) => Promise<string> {
  const bundled = new Map<SdkName, Promise<string>>();
  return (sdk) => {
    const entry = join(fixtures, sdk === "freehold" ? "worker.ts" : "published/worker.ts");
    const script = bundled.get(sdk) ?? bundleWorker(entry, sdk);
    bundled.set(sdk, script);
    return script;
  };
}

async function loadClient(sdk: SdkName): Promise<ClientModule> {
  if (sdk === "upstream") return import("agents/client");
  // The name is not a literal so that types do not depend on ours: the published shape decides.
  const ours: string = "@freehold/agents/client";
  return (await import(ours)) as ClientModule;
}

/** The first halves of rows that a restart divides, then the restart. Answers what failed, by cell. */
async function prepare(
  running: readonly Running[],
  servers: readonly Promise<RunningHost>[],
  chosen: readonly Row[],
): Promise<ReadonlyMap<string, unknown>> {
  const divided = chosen.filter(({ before }) => before !== undefined);
  const failed = new Map<string, unknown>();
  if (divided.length === 0) return failed;
  const halves = running.flatMap((each) =>
    divided
      .filter((row) => waitsFor(row, each) === undefined)
      .map(async (row) => {
        const cell = await cellOf(row, each);
        await limited(row.before?.(cell)).catch((error: unknown) => failed.set(cell.name, error));
      }),
  );
  await Promise.allSettled(halves);
  await Promise.allSettled(servers.map(async (server) => (await server).restart()));
  return failed;
}

async function runCell(
  running: Running,
  row: Row,
  failed: ReadonlyMap<string, unknown>,
): Promise<CellResult> {
  const result = { row: row.name, combination: running.combination };
  const later = waitsFor(row, running);
  if (later !== undefined) return { ...result, later };
  try {
    const cell = await cellOf(row, running);
    if (failed.has(cell.name)) throw failed.get(cell.name);
    await limited(row.run(cell));
    return result;
  } catch (error) {
    return { ...result, error: error instanceof Error ? error.message : String(error) };
  }
}

/** The room of our SDK that a row waits for in this combination. */
function waitsFor(row: Row, { combination }: Running): string | undefined {
  return combination.sdk === "freehold" ? row.later : undefined;
}

async function cellOf(row: Row, { combination, server, client }: Running): Promise<Cell> {
  const { url } = await server;
  const name = `${row.name}-${nameOf(combination)}`;
  const { client: sdk, host, sdk: by } = combination;
  return { url, client: await client, sdk, server: by, host, name };
}

async function limited(run: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the row did not end")), ROW_LIMIT_MS);
  });
  await Promise.race([run, late]).finally(() => clearTimeout(timer));
}
