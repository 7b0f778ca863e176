import { existsSync } from "node:fs";
import type { ListedObject, ListObjectsOptions, PackageClass } from "../bindings/package-class.ts";
import { packageRecord } from "../bindings/package-objects.ts";
import { systemClock } from "../clock.ts";
import { FreeholdError } from "../errors.ts";
import { systemFiles } from "../files.ts";
import { Catalogue } from "../objects/catalogue.ts";
import { IdFactory } from "../objects/id.ts";
import { systemRandom } from "../random.ts";
import { hostFile, objectFile } from "../storage/data-directory.ts";
import { type Column, Database } from "../storage/database.ts";
import { HostDatabase } from "../storage/host-database.ts";

/** A row of an object's database: integers are numbers, BLOBs are `ArrayBuffer`s. */
export type StoppedRow = Readonly<Record<string, null | number | string | ArrayBuffer>>;

/** Objects of one class of a package, as they were left. */
export interface StoppedObjects {
  /** Objects that have something stored, the youngest first. At most 100, unless `limit` says. */
  list(options?: ListObjectsOptions): readonly ListedObject[];
  /** Runs a query in the object of a name; `undefined` when it has nothing stored. */
  query(
    name: string,
    sql: string,
    ...bindings: readonly (null | number | string)[]
  ): readonly StoppedRow[] | undefined;
}

/**
 * Looks into objects of packages in a data directory that no host runs on, and changes nothing of what
 * they hold. The directory is locked meanwhile.
 *
 * @param worker the Worker's name
 * @throws FreeholdError `DATA_DIRECTORY_IN_USE`, `DATA_DIRECTORY_DAMAGED`, `DATA_DIRECTORY_UNUSABLE`,
 *   `DATA_ABSENT` when there is none
 * @example
 * ```ts
 * const names = await readStopped(".freehold", "shop", ({ of }) =>
 *   of({ kind: "workflow", name: "orders" }).list().map(({ name }) => name),
 * );
 * ```
 */
export async function readStopped<T>(
  dataDirectory: string,
  worker: string,
  read: (data: {
    of(known: Pick<PackageClass, "kind" | "name">): StoppedObjects;
  }) => T | Promise<T>,
): Promise<T> {
  if (!existsSync(hostFile(dataDirectory))) {
    throw new FreeholdError("DATA_ABSENT", `There is no data in ${dataDirectory} yet.`, {
      help: "Start the project with `freehold dev` or `freehold start`, or name its data with --data.",
    });
  }
  const host = new HostDatabase({
    ...{ dataDirectory, files: systemFiles, clock: systemClock, durability: "strict" },
    onFailure: () => undefined,
  });
  const open = new Map<string, Database>();
  try {
    const catalogue = new Catalogue(host);
    return await read({
      of: (known) => {
        const { namespace } = packageRecord(worker, known);
        const ids = new IdFactory(namespace, systemRandom);
        return {
          list: ({ limit = 100, after } = {}) => catalogue.page(namespace, limit, after),
          query: (name, sql, ...bindings) => {
            const id = ids.fromName(name).toString();
            const path = objectFile(dataDirectory, { namespace, id });
            if (!existsSync(path)) return undefined;
            const database = open.get(path) ?? new Database(path);
            open.set(path, database);
            return rowsOf(database, sql, bindings);
          },
        };
      },
    });
  } finally {
    for (const database of open.values()) database.close();
    await host.close();
  }
}

function rowsOf(
  database: Database,
  sql: string,
  bindings: readonly (null | number | string)[],
): StoppedRow[] {
  const { statement, columns } = database.prepare(sql);
  const rows = statement.all(...bindings) as unknown as Column[][];
  return rows.map((row) =>
    Object.fromEntries(row.map((value, index) => [columns[index] ?? "", shown(value)])),
  );
}

function shown(value: Column): StoppedRow[string] {
  if (typeof value === "bigint") return Number(value);
  return value instanceof Uint8Array ? new Uint8Array(value).buffer : value;
}
