import { clearImmediate, setImmediate } from "node:timers";
import type { StorageLimits } from "../limits.ts";
import { Database, IN_MEMORY, type Syncing } from "./database.ts";
import { Statements } from "./statements.ts";

/** A database that is open now. */
export interface OpenDatabase {
  readonly database: Database;
  readonly statements: Statements;
  /** It is a copy in memory, which commits are stored from. */
  readonly isImage: boolean;
  /** When it was last used: counts uses of all databases. */
  used: number;
  /** What `used` was when it was last put at the end of the row. */
  placed: number;
}

/** Whoever has a database open. */
export interface Tenant {
  /** Whether the database may be closed under the tenant, who opens it again when it needs to. */
  readonly evictable: boolean;
  /** Closes the database. */
  evict(): void;
}

export interface PoolOptions {
  /** How many databases may be open before the first is closed. Default 64. */
  readonly limit?: number;
  /** What the limit may grow to while live objects want more. Asked each time. */
  readonly highest: () => number;
  /** What SQLite syncs by itself in a file that has a log, or none yet. */
  readonly syncing: (hasLog: boolean) => Syncing;
  /** What SQL takes for the present. Default the machine's time. */
  readonly now?: (() => number) | undefined;
  /** Whether logs are as long as what is in them, which costs a truncation now and then. Default false. */
  readonly exactLogs?: boolean;
  /** Default Cloudflare's. */
  readonly limits?: StorageLimits | undefined;
}

const DEFAULT_LIMIT = 64;

/**
 * All open databases of a host: least recently used ones are closed when there are too many, a little
 * later and never while in use. An object that has to open its database again was closed too early, so
 * the limit grows by one.
 */
export class DatabasePool {
  readonly #options: PoolOptions;
  /** In the row in which they are looked at. */
  readonly #tenants = new Map<Tenant, OpenDatabase>();
  readonly #abandoned: OpenDatabase[] = [];
  #limit: number;
  #ticks = 0;
  #eviction: NodeJS.Immediate | undefined;
  #blank: OpenDatabase | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#limit = Math.max(1, Math.min(options.limit ?? DEFAULT_LIMIT, options.highest()));
  }

  /** An empty database in memory: what an object without a file reads. Never written to. */
  get blank(): OpenDatabase {
    this.#blank ??= openAt(IN_MEMORY, "none", this.#options);
    return this.#blank;
  }

  /**
   * @param again the tenant had this database open before
   * @param hasLog there is a write-ahead log
   */
  open(tenant: Tenant, path: string, again: boolean, hasLog: boolean): OpenDatabase {
    return this.#add(tenant, again, openAt(path, this.#options.syncing(hasLog), this.#options));
  }

  /**
   * The same for a database that is held in memory.
   *
   * @param image what is in it. Default nothing.
   */
  openImage(tenant: Tenant, image: Uint8Array | undefined, again: boolean): OpenDatabase {
    return this.#add(tenant, again, openAt(IN_MEMORY, "none", this.#options, image));
  }

  #add(tenant: Tenant, again: boolean, open: OpenDatabase): OpenDatabase {
    if (again && this.#limit < this.#options.highest()) this.#limit += 1;
    this.touch(open);
    this.#place(tenant, open);
    if (this.#tenants.size > this.#limit) this.#evictLater();
    return open;
  }

  touch(open: OpenDatabase): void {
    this.#ticks += 1;
    open.used = this.#ticks;
  }

  close(tenant: Tenant): void {
    const open = this.#tenants.get(tenant);
    this.#tenants.delete(tenant);
    open?.database.close();
  }

  /**
   * Leaves a database as it is until the process ends: after a failed sync the last close would fold
   * a log into the file that the disk may not have.
   */
  abandon(tenant: Tenant): void {
    const open = this.#tenants.get(tenant);
    if (open !== undefined) this.#abandoned.push(open);
    this.#tenants.delete(tenant);
  }

  /** Every tenant has closed its database before. */
  shutDown(): void {
    clearImmediate(this.#eviction);
    this.#blank?.database.close();
  }

  #evictLater(): void {
    this.#eviction ??= setImmediate(() => {
      this.#eviction = undefined;
      this.#evict();
    }).unref();
  }

  /**
   * Looks at the first in the row. One that was used since it was put there, or is in use, goes to the end
   * of it; another is the one that nobody has used for longest. So nothing is ordered when it is used, and
   * to find one costs two looks as a rule.
   */
  #evict(): void {
    for (let looks = 2 * this.#tenants.size; looks > 0; looks -= 1) {
      if (this.#tenants.size <= this.#limit) return;
      const [first] = this.#tenants;
      if (first === undefined) return;
      const [tenant, open] = first;
      if (open.used === open.placed && tenant.evictable) tenant.evict();
      else this.#place(tenant, open);
    }
  }

  #place(tenant: Tenant, open: OpenDatabase): void {
    open.placed = open.used;
    this.#tenants.delete(tenant);
    this.#tenants.set(tenant, open);
  }
}

function openAt(
  path: string,
  syncing: Syncing,
  { now, limits, exactLogs }: PoolOptions,
  image?: Uint8Array,
): OpenDatabase {
  const database = new Database(path, syncing, now, limits, image);
  const isImage = path === IN_MEMORY;
  if (exactLogs && !isImage) database.run("PRAGMA journal_size_limit = 0");
  return { database, statements: new Statements(database), isImage, used: 0, placed: 0 };
}
