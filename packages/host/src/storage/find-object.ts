import { FreeholdError } from "../errors.ts";
import type { ObjectKey } from "../objects/key.ts";
import type { Database } from "./database.ts";

const ID = /^[0-9a-f]{64}$/;

/**
 * The object that somebody means by `Class/name`, `Class/id`, or its id alone. A class may be named as in
 * the code, or by its namespace on this host.
 *
 * @param database the host's own
 * @throws FreeholdError `OBJECT_UNKNOWN`, `OBJECT_AMBIGUOUS`
 */
export function findObject(database: Database, text: string): ObjectKey {
  const slash = text.indexOf("/");
  const className = slash < 0 ? undefined : text.slice(0, slash);
  const name = slash < 0 ? text : text.slice(slash + 1);
  const ofClass = new Set(
    database.all("SELECT namespace FROM classes WHERE class = ?", className ?? "").flat(),
  );
  const named = (wanted: string): ObjectKey[] =>
    database
      .all(
        "SELECT namespace, id FROM objects WHERE name = ? OR id = ?",
        ...[wanted, ID.test(wanted) ? wanted : ""],
      )
      .map(([namespace, id]) => ({ namespace: String(namespace), id: String(id) }));
  const isMeant = ({ namespace }: ObjectKey) =>
    className === undefined || ofClass.has(namespace) || isOf(namespace, className);
  const inClass = named(name).filter(isMeant);
  // A name may have a slash in it.
  const found = inClass.length > 0 ? inClass : named(text);
  const [first, second] = found;
  if (first === undefined) {
    throw new FreeholdError("OBJECT_UNKNOWN", `No object with storage is called "${text}".`, {
      help: "Write it as Class/name, or Class/id.",
    });
  }
  if (second === undefined) return first;
  throw new FreeholdError("OBJECT_AMBIGUOUS", `Several objects are called "${text}".`, {
    help: `Name the class: ${found.map(({ namespace }) => `${namespace}/${name}`).join(", ")}.`,
  });
}

/** Namespaces are called by their Worker and class. */
function isOf(namespace: string, className: string): boolean {
  return namespace === className || namespace.endsWith(`-${className}`);
}
