import { openHttp } from "../harness/http.ts";
import type { Context, Figures, Scenario } from "../harness/scenario.ts";
import { cpuPerOperation, round } from "../harness/stats.ts";
import { vectorsOnFreehold, vectorsOnOthers } from "../servers/vectors-sides.ts";

const VECTORS = Number(process.env.BENCH_VECTORS ?? 100_000);
const DIMENSIONS = 384;
const QUERIES = 2000;
const LIMIT_MS = 1_200_000;

const serves = { ours: vectorsOnFreehold, peer: vectorsOnOthers };
const generated = `${VECTORS} clustered vectors of ${DIMENSIONS} dimensions`;

interface Answers {
  /** Eight on their way at a time. */
  readonly queries_per_s: number;
  /** One after the other. */
  readonly alone_per_s: number;
  /** Of the whole process, for one query. */
  readonly cpu_us: number;
  readonly recall10: number;
  readonly brute_queries_per_s?: number;
}

async function build(context: Context): Promise<Figures> {
  const [connection] = await openHttp(context.url, 1);
  const before = context.server.cpu();
  const built = await connection!.ok(`/build?n=${VECTORS}&d=${DIMENSIONS}`);
  const { build_s } = JSON.parse(built.toString()) as { build_s: number };
  connection!.close();
  return {
    build_s: round(build_s, 1),
    vectors_per_s: round(VECTORS / build_s, 0),
    server_cpu_us_per_op: cpuPerOperation(context.server.cpu() - before, VECTORS),
    rss_mib: round(context.server.memory().rss, 0),
  };
}

async function query(context: Context): Promise<Figures> {
  const built = await build(context);
  const [connection] = await openHttp(context.url, 1);
  const ask = async (filtered: number) => {
    const path = `/query?n=${VECTORS}&d=${DIMENSIONS}&count=${QUERIES}&filtered=${filtered}`;
    return JSON.parse((await connection!.ok(path)).toString()) as Answers;
  };
  const plain = await ask(0);
  const filtered = await ask(1);
  connection!.close();
  return {
    build_s: built.build_s ?? null,
    rss_mib: built.rss_mib ?? null,
    queries_per_s: round(plain.queries_per_s, 0),
    alone_per_s: round(plain.alone_per_s, 0),
    server_cpu_us_per_op: round(plain.cpu_us, 1),
    recall10: round(plain.recall10, 3),
    filtered_queries_per_s: round(filtered.queries_per_s, 0),
    // The others know no filter: their answers are not those that were asked for.
    filtered_recall10: round(filtered.recall10, 3),
    brute_queries_per_s: round(plain.brute_queries_per_s ?? Number.NaN, 1),
  };
}

export const vectorScenarios: readonly Scenario[] = [
  {
    name: "vectors-build",
    about: `time to an index of ${generated}, stored, against hnswlib-node in memory`,
    shown: ["build_s", "vectors_per_s", "server_cpu_us_per_op", "rss_mib"],
    serves,
    limitMs: LIMIT_MS,
    run: build,
  },
  {
    name: "vectors-query",
    about: `ten nearest of ${generated}, asked of the binding, against hnswlib-node; sqlite-vec compares with all (brute)`,
    shown: [
      ...["build_s", "queries_per_s", "alone_per_s", "recall10", "filtered_queries_per_s"],
      ...["filtered_recall10", "server_cpu_us_per_op", "brute_queries_per_s", "rss_mib"],
    ],
    serves,
    limitMs: LIMIT_MS,
    run: query,
  },
];
