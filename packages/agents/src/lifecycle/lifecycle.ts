import { FreeholdError } from "../errors.ts";
import type { OwnedJobs } from "../jobs/job.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { JobOwner } from "../schema.ts";
import type { Capability } from "./capability.ts";
import type { StartStatus, Startup } from "./startup.ts";

const RESERVED: ReadonlySet<string> = new Set(Object.values(JobOwner));

/** An agent's life, as capabilities and subclasses see it. */
export class Lifecycle {
  readonly #startup: Startup;
  readonly #jobs: Jobs;
  readonly #capabilities: Capability[];

  constructor(startup: Startup, jobs: Jobs, capabilities: Capability[]) {
    this.#startup = startup;
    this.#jobs = jobs;
    this.#capabilities = capabilities;
  }

  /**
   * Adds a feature; call it in the constructor.
   *
   * @throws FreeholdError `capability_too_late`, `capability_duplicate`.
   */
  use(capability: Capability): this {
    const { id } = capability;
    if (this.#startup.status !== "zero") {
      throw new FreeholdError(
        "capability_too_late",
        "Lifecycle capabilities must be added before startup",
      );
    }
    if (RESERVED.has(id) || this.#capabilities.some((other) => other.id === id)) {
      throw new FreeholdError(
        "capability_duplicate",
        `Lifecycle capability "${id}" is already installed`,
      );
    }
    this.#capabilities.push(capability);
    this.#jobs.handle(id, {
      run: (context) => capability.onJob?.(context),
      failed: (context, error) => capability.onJobError?.(context, error),
    });
    return this;
  }

  /** Durable work of a capability. */
  jobs(owner: string): OwnedJobs {
    return this.#jobs.owned(owner);
  }

  /** Resolves when the agent has started; rejects when its start fails. */
  async start(props?: unknown): Promise<void> {
    await this.#startup.ensure(props);
  }

  get status(): StartStatus {
    return this.#startup.status;
  }
}
