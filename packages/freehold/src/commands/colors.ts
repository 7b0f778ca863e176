import picocolors from "picocolors";

/** Colours for people: output that another program reads, in CI too, stays plain text. */
export const colors: ReturnType<typeof picocolors.createColors> = picocolors.createColors(
  picocolors.isColorSupported && process.stdout.isTTY === true,
);
