import { existsSync } from "node:fs";
import { StoredAlarmIndex } from "../alarms/index.ts";
import { systemClock } from "../clock.ts";
import { systemFiles } from "../files.ts";
import { Catalogue } from "../objects/catalogue.ts";
import { keyText, type ObjectKey } from "../objects/key.ts";
import { readAlarm } from "./alarm-cell.ts";
import { objectFile } from "./data-directory.ts";
import { Database } from "./database.ts";
import { FacetIndex } from "./facet-index.ts";
import { HostDatabase } from "./host-database.ts";
import { objectFiles } from "./object-files.ts";

/**
 * Brings the host's own file of a copied data directory to what the copied objects hold: an alarm may have
 * moved, an object come or gone, between the copy of the one and of the other.
 *
 * @throws FreeholdError as {@link HostDatabase}
 */
export async function settleCopy(directory: string): Promise<void> {
  const host = new HostDatabase({
    dataDirectory: directory,
    files: systemFiles,
    clock: systemClock,
    durability: "strict",
    onFailure: () => undefined,
  });
  try {
    const [catalogue, alarms, facets] = [
      new Catalogue(host),
      new StoredAlarmIndex(host),
      new FacetIndex(host),
    ];
    const there = new Map<string, ObjectKey>();
    for await (const { key, facet } of objectFiles(directory)) {
      if (there.has(keyText(key)) && facet !== undefined) continue;
      there.set(keyText(key), key);
      const path = objectFile(directory, key);
      const alarm = facet === undefined ? alarmIn(path) : null;
      if (facet === undefined && alarm === null) alarms.remove(key);
      else if (alarm !== null) await alarms.put(key, alarm);
      await catalogue.record(key, undefined, systemClock.now());
    }
    for (const key of keysIn(host, "alarms")) if (!there.has(keyText(key))) alarms.remove(key);
    for (const key of keysIn(host, "objects")) if (!there.has(keyText(key))) catalogue.forget(key);
    for (const key of keysIn(host, "facets")) {
      if (there.has(keyText(key))) continue;
      facets.remove(
        key,
        facets.list(key).map(({ number }) => number),
      );
    }
  } finally {
    await host.close();
  }
}

/** The alarm of an object that nobody has open. Facets have none. */
export function alarmIn(path: string): number | null {
  if (!existsSync(path)) return null;
  const database = new Database(path);
  try {
    return readAlarm(database);
  } finally {
    database.close();
  }
}

function keysIn(host: HostDatabase, table: "alarms" | "objects" | "facets"): ObjectKey[] {
  const rows = host.read().all(`SELECT DISTINCT namespace, id FROM ${table}`);
  return rows.map(([namespace, id]) => ({ namespace: String(namespace), id: String(id) }));
}
