/** One place of the host's sources, and what it becomes. */
export interface Edit {
  /** Path below `packages/host/src`. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly put: string;
}

/** A way in which a host could be wrong, and the programs that must see it. */
export interface Fault {
  /** Lower case, with dashes. */
  readonly name: string;
  /** `area/name`; each must notice the fault, and at least one is named. */
  readonly programs: readonly string[];
  readonly edits: readonly Edit[];
}

/**
 * Makes an edit.
 *
 * @throws {Error} when the text to be found is not there exactly once: the sources have moved on, and
 *   the fault has to follow.
 */
export function applyEdit(source: string, { file, find, put }: Edit): string {
  const parts = source.split(find);
  if (parts.length !== 2) {
    throw new Error(`${file} holds ${parts.length - 1} times: ${find}`);
  }
  return parts.join(put);
}
