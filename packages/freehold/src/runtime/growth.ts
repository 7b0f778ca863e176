/** How far a development server may grow over its reloads: 512 MiB. */
export const MOST_GROWTH_BYTES = 512 * 1024 * 1024;
/** Growth over fewer reloads has other reasons, which a restart would not mend. */
export const FEWEST_RELOADS = 10;

/** What is known of a process that loads new code again and again. */
export interface Growth {
  readonly reloads: number;
  /** Resident memory after the first reload, in bytes. */
  readonly base: number;
}

/** New code has been loaded; the process now takes so many bytes. */
export function afterReload(before: Growth | undefined, residentBytes: number): Growth {
  if (before === undefined) return { reloads: 1, base: residentBytes };
  return { reloads: before.reloads + 1, base: before.base };
}

/**
 * Whether what reloads have left behind is worth a restart. Modules of old versions leave something
 * in memory by nature: no engine forgets a module that it has loaded.
 */
export function isOutgrown(
  { reloads, base }: Growth,
  residentBytes: number,
  mostBytes = MOST_GROWTH_BYTES,
): boolean {
  return reloads >= FEWEST_RELOADS && residentBytes - base > mostBytes;
}
