import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundleWorker, type Sdk } from "./support/bundle.ts";
import { runtimes } from "./support/runtimes.ts";
import { TestSocket } from "./support/socket.ts";

/** Workflows that an agent began with one SDK are known, and end, under the other. */

const fixture = fileURLToPath(new URL("./fixtures/errands.ts", import.meta.url).href);

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-errands-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

type Call = (method: string, ...args: unknown[]) => Promise<unknown>;
type Run = (typeof runtimes)[number][1];

/** One life of the agent under one SDK. */
async function live<T>(sdk: Sdk, run: Run, body: (call: Call) => Promise<T>): Promise<T> {
  const script = await bundleWorker(fixture, sdk);
  const [objects, workflows] = [{ Sender: "Sender" }, { Errand: "Errand" }];
  const worker = await run({ script, objects, workflows, directory });
  try {
    const socket = await TestSocket.open(`ws://${worker.host}/agents/sender/mine`);
    return await body(async (method, ...args) => {
      const [answer] = await socket.call(method, ...args);
      expect(answer).toMatchObject({ success: true });
      return answer?.result;
    });
  } finally {
    await worker.stop();
  }
}

async function until(ask: () => Promise<unknown>, isRight: (answer: never) => boolean) {
  let answer = await ask();
  for (let round = 0; round < 1500 && !isRight(answer as never); round++) {
    await delay(40);
    answer = await ask();
  }
  return answer;
}

const both: readonly (readonly [Sdk, Sdk])[] = [
  ["agents", "@freehold/agents"],
  ["@freehold/agents", "agents"],
];

const everywhere = runtimes.flatMap(([name, run]) =>
  both.map(([writer, reader]) => ({ writer, reader, name, run })),
);

const row = (workflowId: string, status: unknown, error: string | null, ended: boolean) => ({
  ...{ workflowId, workflowName: "Errand", status, error, ended },
  metadata: { about: workflowId, urgent: true },
});

test.each(everywhere)("on $name, what $writer began goes on under $reader", async (each) => {
  const done = row("done", "complete", null, true);
  const failed = row("failed", "errored", "nobody there", true);
  await live(each.writer, each.run, async (call) => {
    await call("leave");
    const isOver = (rows: { ended: boolean }[]) => rows.filter(({ ended }) => ended).length === 2;
    const rows = await until(() => call("rows"), isOver);
    expect(rows).toEqual([done, failed, row("open", expect.any(String), null, false)]);
  });
  await live(each.reader, each.run, async (call) => {
    expect(await call("rows")).toEqual([
      ...[done, failed, row("open", expect.any(String), null, false)],
    ]);
    expect(["running", "waiting"]).toContain(await call("sync", "open"));
    await call("approve", "open");
    const isOver = (rows: { ended: boolean }[]) => rows.every(({ ended }) => ended);
    expect(await until(() => call("rows"), isOver)).toEqual([
      ...[done, failed, row("open", "complete", null, true)],
    ]);
    const heard = (await call("heard")) as unknown[];
    expect(heard.slice(0, 2).sort()).toEqual([
      ["complete", "done", "found"],
      ["error", "failed", "nobody there"],
    ]);
    expect(heard.slice(2)).toEqual([["complete", "open", { by: "reader" }]]);
  });
});

test("both define the table of workflows alike", async () => {
  const [, workerd] = runtimes[0] ?? [];
  if (!workerd) throw new Error("no runtime");
  const of = (sdk: Sdk) =>
    live(sdk, workerd, async (call) => {
      await call("leave");
      return (await call("tables")) as [string, string][];
    });
  const ours = await of("@freehold/agents");
  await rm(directory, { recursive: true, force: true });
  const published = await of("agents");
  expect(ours.map(([name, sql]) => [name, normalised(sql)])).toEqual(
    published.map(([name, sql]) => [name, normalised(sql)]),
  );
  expect(ours).toHaveLength(3);
});

function normalised(sql: string): string {
  return sql
    .replace(/IF NOT EXISTS /i, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([(),]) ?/g, "$1")
    .trim();
}
