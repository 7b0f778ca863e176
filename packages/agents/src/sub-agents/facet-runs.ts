import { nextLook } from "../fibers/decide.ts";
import type { LifecycleJobOutcome, LifecycleJobs } from "../jobs/job.ts";
import type { LifecycleRouteAddress } from "../lifecycle/capability.ts";
import { FACET_RUNS_INDEX, FACET_RUNS_TABLE } from "../schema.ts";
import { rowsOrNone, type SqlRunner, withTable } from "../storage/sql.ts";
import { type AgentPath, isWithin, readPath } from "./path.ts";

/** Name and id of the job that looks after the fibers. */
export const RUNS_FN = "runs";
const JOB_ID = "sub-agent-runs";

/** What knowing of fibers in nested agents needs. */
export interface FacetRunsPorts {
  readonly sql: SqlRunner;
  readonly jobs: LifecycleJobs;
  readonly now: () => number;
  /** Milliseconds from a change to the next look. */
  readonly interval: () => number;
  /**
   * Has an agent recover the fibers that its earlier lives left. Ids of those it still has; undefined
   * when there is no such agent.
   */
  readonly check: (path: AgentPath) => Promise<unknown>;
}

interface Row {
  readonly owner_path: string;
  readonly owner_path_key: string;
  readonly run_id: string;
}

/**
 * The fibers that run in nested agents, as the outermost agent knows of them: it has the alarm by which
 * an agent is woken that nobody asks for anything. What a fiber stored is in the agent it runs in.
 * While there is a row there is a job, both written in one turn.
 */
export class FacetRuns {
  readonly #ports: FacetRunsPorts;
  #created = false;
  /** Looks in a row after which there was as much to look after as before. */
  #fruitless = 0;

  constructor(ports: FacetRunsPorts) {
    this.#ports = ports;
  }

  /** At a start all fibers that are known are of earlier lives: looks after them at once. */
  async resume(): Promise<void> {
    const { jobs, now } = this.#ports;
    if (this.#isEmpty()) return;
    await jobs.push({ id: JOB_ID, fn: RUNS_FN, time: now(), payload: {} });
  }

  async add({ data, key }: LifecycleRouteAddress, runId: string): Promise<void> {
    const { jobs, now, sql } = this.#ports;
    if (!this.#created) this.#create();
    const isNews = this.#isEmpty() || this.#fruitless > 0;
    withTable(
      () =>
        sql(
          `INSERT OR REPLACE INTO cf_agents_facet_runs
           (owner_path, owner_path_key, run_id, created_at) VALUES (?, ?, ?, ?)`,
          ...[data, key, runId, now()],
        ),
      () => this.#create(),
    );
    if (!isNews) return;
    this.#fruitless = 0;
    await jobs.push({ id: JOB_ID, fn: RUNS_FN, time: this.#next(), payload: {} });
  }

  async remove(key: string, runId: string): Promise<void> {
    this.#delete(key, runId);
    await this.#release();
  }

  /** Removes what is known of an agent and of those inside it. */
  async forget(prefix: string): Promise<void> {
    for (const { owner_path_key: key, run_id: id } of this.#rows()) {
      if (isWithin(key, prefix)) this.#delete(key, id);
    }
    await this.#release();
  }

  /** The job: wakes each agent, and comes again while any has fibers; ever later without a change. */
  async run(): Promise<LifecycleJobOutcome> {
    const before = this.#rows();
    const agents = Map.groupBy(before, ({ owner_path_key: key }) => key);
    for (const [key, rows] of agents) {
      try {
        await this.#check(key, rows);
      } catch (error) {
        // One that cannot start does not keep the others from it.
        console.error(`Fibers of the sub-agent ${key} could not be looked after:`, error);
      }
    }
    this.#fruitless = this.#rows().length < before.length ? 0 : this.#fruitless + 1;
    return this.#isEmpty() ? undefined : { rescheduleAt: this.#next() };
  }

  /** Only rows that were there before are removed: fibers may begin meanwhile. */
  async #check(key: string, rows: readonly Row[]): Promise<void> {
    const path = readPath(rows[0]?.owner_path ?? "");
    const answer = path && (await this.#ports.check(path));
    const left: readonly unknown[] = Array.isArray(answer) ? answer : [];
    for (const { run_id: id } of rows) if (!left.includes(id)) this.#delete(key, id);
  }

  /** Without rows there is no job. */
  async #release(): Promise<void> {
    if (this.#isEmpty()) await this.#ports.jobs.cancel(JOB_ID);
  }

  #next(): number {
    const { interval, now } = this.#ports;
    return nextLook(this.#fruitless, interval(), now());
  }

  #rows(): Row[] {
    return rowsOrNone(() =>
      this.#ports.sql<Row>(
        `SELECT owner_path, owner_path_key, run_id FROM cf_agents_facet_runs
         ORDER BY created_at, owner_path_key, run_id`,
      ),
    );
  }

  #isEmpty(): boolean {
    const { sql } = this.#ports;
    return rowsOrNone(() => sql("SELECT 1 FROM cf_agents_facet_runs LIMIT 1")).length === 0;
  }

  #delete(key: string, runId: string): void {
    const { sql } = this.#ports;
    const statement = "DELETE FROM cf_agents_facet_runs WHERE owner_path_key = ? AND run_id = ?";
    rowsOrNone(() => sql(statement, key, runId));
  }

  #create(): void {
    for (const statement of [FACET_RUNS_TABLE, FACET_RUNS_INDEX]) this.#ports.sql(statement);
    this.#created = true;
  }
}
