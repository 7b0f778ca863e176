import { join } from "node:path";
import { bundleWorker, type SdkName } from "../bundle-worker.ts";
import { startFreehold } from "../hosts/freehold.ts";
import type { HostName, RunningHost } from "../hosts/host.ts";
import { startWorkerd } from "../hosts/workerd.ts";
import { type ClientModule, COMBINATIONS, type Combination, nameOf, type Row } from "./cell.ts";
import type { CellResult } from "./judge.ts";
import { chatRows } from "./rows/chat.ts";
import { coreRows } from "./rows/core.ts";
import { httpRows } from "./rows/http.ts";

export const rows: readonly Row[] = [...coreRows, ...httpRows, ...chatRows];

const ROW_LIMIT_MS = 30_000;
const fixture = join(import.meta.dirname, "../../fixtures/worker.ts");
const starters = { workerd: startWorkerd, freehold: startFreehold };

/** Runs the selected rows (all when empty) in all eight combinations, on four servers. */
export async function runMatrix(only: readonly string[]): Promise<CellResult[]> {
  const unknown = only.filter((name) => !rows.some((row) => row.name === name));
  if (unknown.length > 0) throw new Error(`there is no row ${unknown.join(", ")}`);
  const chosen = rows.filter(({ name }) => only.length === 0 || only.includes(name));
  const servers = new Map<string, Promise<RunningHost>>();
  for (const { sdk, host } of COMBINATIONS) {
    const key = `${sdk}-${host}`;
    if (!servers.has(key)) servers.set(key, startServer(sdk, host));
  }
  await Promise.allSettled(servers.values());
  try {
    const results: CellResult[] = [];
    for (const combination of COMBINATIONS) {
      const server = servers.get(`${combination.sdk}-${combination.host}`)!;
      results.push(...(await runCombination(combination, server, chosen)));
    }
    return results;
  } finally {
    for (const started of await Promise.allSettled(servers.values())) {
      if (started.status === "fulfilled") await started.value.close();
    }
  }
}

async function startServer(sdk: SdkName, host: HostName): Promise<RunningHost> {
  const script = await bundleWorker(fixture, sdk);
  const objects = { MatrixAgent: "MatrixAgent", MatrixChat: "MatrixChat" };
  return starters[host]({ name: `matrix-${sdk}`, script, objects });
}

async function loadClient(sdk: SdkName): Promise<ClientModule> {
  if (sdk === "upstream") return import("agents/client");
  // The name is not a literal so that types do not depend on ours: the published shape decides.
  const ours: string = "@freehold/agents/client";
  return (await import(ours)) as ClientModule;
}

async function runCombination(
  combination: Combination,
  server: Promise<RunningHost>,
  chosen: readonly Row[],
): Promise<CellResult[]> {
  return Promise.all(
    chosen.map(async (row): Promise<CellResult> => {
      const result = { row: row.name, combination };
      try {
        const { url } = await server;
        const client = await loadClient(combination.client);
        const name = `${row.name}-${nameOf(combination)}`;
        await limited(row.run({ url, client, name }));
        return result;
      } catch (error) {
        return { ...result, error: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}

async function limited(run: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the row did not end")), ROW_LIMIT_MS);
  });
  await Promise.race([run, late]).finally(() => clearTimeout(timer));
}
