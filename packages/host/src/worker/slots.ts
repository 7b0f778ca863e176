/** `env` and `exports` of one version of the code, as its modules see them outside of any event. */
export interface VersionSlot {
  readonly env: object;
  readonly exports: object;
}

const slots = new Map<number, VersionSlot>();
let last = 0;

/** A number for a version of some host's code; no other version in this process has it. */
export function nextVersionNumber(): number {
  last += 1;
  return last;
}

export function openSlot(version: number, slot: VersionSlot): void {
  slots.set(version, slot);
}

/** The version's code is not loaded from any more. Modules that it has loaded keep what they have. */
export function closeSlot(version: number): void {
  slots.delete(version);
}

/** What belongs to a version; for code of no version (packages), what was loaded last. */
export function slotOf(version: number | undefined): VersionSlot | undefined {
  return version === undefined ? [...slots.values()].at(-1) : slots.get(version);
}
