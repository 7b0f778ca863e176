import { encodeValue } from "@freehold/host";
import { toMilliseconds } from "../duration.ts";
import type { Creation } from "../engine/instance-object.ts";
import type { InstanceOptions, Schedule } from "../engine/record.ts";
import type { Introspection } from "../introspection/introspection.ts";
import { bindingErrors, DEFAULT_RETENTION, INSTANCE_ID, MAX_BATCH } from "../wire.ts";
import { WorkflowInstance } from "./instance.ts";
import { found, type Reach } from "./reach.ts";

/** How long a finished instance is kept: milliseconds, or a text such as `"7 days"`. */
export interface Retention {
  readonly successRetention?: number | string;
  readonly errorRetention?: number | string;
}

/** Options of `create`. */
export interface CreateOptions {
  /** At most 100 letters, digits, `-` and `_`. Default a new one. */
  readonly id?: string;
  readonly params?: unknown;
  /** Default 30 days. */
  readonly retention?: Retention;
  /** One machine has one place: no effect. */
  readonly locationHint?: string;
}

/** Options of `createBatch`: so many alike, or a list. */
export type BatchOptions =
  | (Omit<CreateOptions, "id"> & { readonly count: number; readonly instances?: undefined })
  | { readonly instances: readonly CreateOptions[]; readonly count?: undefined };

/** Why one of many could not be made or deleted. `code` is as in HTTP. */
export interface BatchError {
  readonly index: number;
  readonly id?: string;
  readonly code: number;
  readonly message: string;
}

/** Called by tests that erase all that is stored, the instances among it. */
const ERASE: unique symbol = Symbol.for("freehold.erase") as never;

const INVALID = 400;
const MISSING = 404;
const TAKEN = 409;
const TOO_LARGE = 413;
const FULL = 429;

type Wanted = Omit<InstanceOptions, "schedule">;

/** `code` is as in HTTP. */
interface Refused {
  readonly error: Error;
  readonly code: number;
}

/**
 * `env.ORDERS`: makes instances of one workflow, and finds them.
 *
 * @example
 * ```ts
 * const instance = await env.ORDERS.create({ id: "order-7", params: { cents: 1200 } });
 * ```
 */
export class Workflow {
  readonly #reach: Reach;

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  /** What tests look into and change; `undefined` for what is no workflow of this host. */
  static introspectionOf(value: unknown): Introspection | undefined {
    const isWorkflow = typeof value === "object" && value !== null && #reach in value;
    return isWorkflow ? value.#reach.introspection : undefined;
  }

  /** All instances have been erased: none of them keeps others from running. */
  [ERASE](): void {
    this.#reach.introspection.erased();
  }

  /** @throws Error `instance.not_found` */
  async get(id: string): Promise<WorkflowInstance> {
    const instance = this.#handle(String(id));
    await instance.status();
    return instance;
  }

  /** @throws Error when the id is invalid, or taken */
  async create(options: CreateOptions = {}): Promise<WorkflowInstance> {
    if (options === null) throw bindingErrors.noOptions();
    const made = await this.#make(this.#read(options));
    if ("error" in made) throw made.error;
    return made.instance;
  }

  /**
   * Makes up to 100 instances. Of a list, those whose id is taken are left out; the object form says
   * which, and why.
   */
  async createBatch(
    options: BatchOptions | readonly CreateOptions[],
  ): Promise<
    | WorkflowInstance[]
    | { readonly created: WorkflowInstance[]; readonly errors: readonly BatchError[] }
  > {
    const isList = Array.isArray(options);
    const wanted = isList ? (options as CreateOptions[]) : listOf(options as BatchOptions);
    if (wanted.length === 0) throw bindingErrors.emptyBatch();
    if (wanted.length > MAX_BATCH) throw bindingErrors.largeBatch();
    const { throttle } = this.#reach;
    const read = wanted.map((one) => this.#read(one));
    const made = await Promise.all(read.map((one) => throttle.run(() => this.#make(one))));
    const created = made.flatMap((one) => ("instance" in one ? [one.instance] : []));
    const errors = made.flatMap((one, index) =>
      "error" in one ? [batchError(index, wanted[index]?.id, one)] : [],
    );
    if (!isList) return { created, errors };
    const invalid = made.find((one) => "error" in one && one.code !== TAKEN);
    if (invalid !== undefined && "error" in invalid) throw invalid.error;
    return created;
  }

  /** Deletes up to 100 instances with all that they stored. */
  async deleteBatch(ids: readonly string[]): Promise<{
    readonly deleted: readonly { readonly id: string }[];
    readonly errors: readonly Omit<BatchError, "index">[];
  }> {
    if (ids.length > MAX_BATCH) throw bindingErrors.largeBatch();
    const unique = [...new Set(ids.map(String))];
    const done = await Promise.all(
      unique.map((id) =>
        this.#reach.throttle.run(async () => ({ id, isDeleted: await this.#delete(id) })),
      ),
    );
    const isDeleted = new Map(done.map((one) => [one.id, one.isDeleted]));
    return {
      deleted: done.filter((one) => one.isDeleted).map(({ id }) => ({ id })),
      errors: ids
        .filter((id) => isDeleted.get(String(id)) === false)
        .map((id) => ({
          id: String(id),
          code: MISSING,
          message: bindingErrors.notFound().message,
        })),
    };
  }

  async #delete(id: string): Promise<boolean> {
    if (!INSTANCE_ID.test(id)) return false;
    return (await this.#reach.namespace.get(id).delete()) === true;
  }

  #handle(id: string): WorkflowInstance {
    if (!INSTANCE_ID.test(id)) throw bindingErrors.notFound();
    return new WorkflowInstance(this.#reach, id, this.#reach.namespace.get(id));
  }

  /**
   * What is to be made. It is read at once: what a program changes in it later does not count.
   *
   * @throws DOMException `DataCloneError`
   */
  #read(options: CreateOptions): Wanted | Refused {
    // An id that is null is none that fits; absent, it is made up.
    const id = options.id === undefined ? this.#newId() : options.id;
    if (typeof id !== "string" || !INSTANCE_ID.test(id)) {
      return { error: bindingErrors.invalidId(), code: INVALID };
    }
    const retention = retentionOf(options.retention);
    if (retention === undefined) return { error: bindingErrors.invalidRetention(), code: INVALID };
    const { params } = options;
    return { id, retention, params: params === undefined ? undefined : encodeValue(params) };
  }

  async #make(wanted: Wanted | Refused): Promise<{ instance: WorkflowInstance } | Refused> {
    if ("error" in wanted) return wanted;
    const made = await createInstance(this.#reach, wanted);
    if (made === "taken") return { error: bindingErrors.exists(), code: TAKEN };
    if (made === "tooLarge") return { error: bindingErrors.paramsTooLarge(), code: TOO_LARGE };
    if (made === "full") {
      return { error: bindingErrors.queueFull(this.#reach.limits.queued), code: FULL };
    }
    return { instance: this.#handle(wanted.id) };
  }

  /** A random UUID. */
  #newId(): string {
    const bytes = this.#reach.random.bytes(16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = Buffer.from(bytes).toString("hex");
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      hex.slice(12, 16),
      hex.slice(16, 20),
      hex.slice(20),
    ].join("-");
  }
}

async function createInstance(reach: Reach, options: InstanceOptions): Promise<Creation> {
  await reach.queueKnown();
  await reach.introspection.beforeCreate(options.id);
  const made = found(await reach.namespace.get(options.id).create(options));
  if (made === "made") await reach.introspection.afterCreate(options.id);
  return made;
}

/** Makes the instance that a cron pattern is due for: one for each pattern and time. */
export async function createScheduled(reach: Reach, schedule: Schedule): Promise<Creation> {
  const pattern = schedule.cron.replaceAll(/[^A-Za-z0-9]+/g, "_");
  const id = `cron-${schedule.scheduledTime}-${pattern}`.slice(0, 100);
  const retention = retentionOf({}) ?? { successMs: 0, errorMs: 0 };
  return createInstance(reach, { id, params: undefined, retention, schedule });
}

function listOf(options: BatchOptions): readonly CreateOptions[] {
  if (options.instances !== undefined) return options.instances;
  const { count, ...alike } = options;
  if (!Number.isInteger(count) || count < 0) return [];
  // One more than may be is enough to be refused.
  return Array.from({ length: Math.min(count, MAX_BATCH + 1) }, () => alike);
}

function batchError(index: number, id: string | undefined, { error, code }: Refused): BatchError {
  return { index, ...(id !== undefined && { id }), code, message: error.message };
}

function retentionOf(given: Retention = {}): InstanceOptions["retention"] | undefined {
  const successMs = toMilliseconds(given.successRetention ?? DEFAULT_RETENTION);
  const errorMs = toMilliseconds(given.errorRetention ?? DEFAULT_RETENTION);
  if (successMs === undefined || errorMs === undefined) return undefined;
  return successMs < 0 || errorMs < 0 ? undefined : { successMs, errorMs };
}
