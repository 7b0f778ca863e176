import { FreeholdError } from "../errors.ts";

/** What importing an entry that is no more throws. */
export function movedEntry(entry: string, to: string): FreeholdError {
  return new FreeholdError("entry_moved", `There is no ${entry} any more. Use ${to} instead.`, {
    help: `Change the import to ${to}.`,
  });
}
