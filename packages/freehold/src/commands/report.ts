import { FreeholdError } from "@freehold/host";
import { colors } from "./colors.ts";

/** Tells a person what failed and what to do, with no stack for failures that we foresaw. */
export function reportFailure(error: unknown): void {
  if (error instanceof FreeholdError) {
    console.error(`${colors.red("error")} ${error.message} ${colors.dim(`(${error.code})`)}`);
    console.error(`      ${error.help}`);
    return;
  }
  // The command line's own complaints (an unknown option, a missing value) are for the person too.
  if (error instanceof Error && error.name === "CACError") {
    console.error(`${colors.red("error")} ${error.message}`);
    return;
  }
  console.error(error);
}

/** Names what the configuration asks for and the host does not do. */
export function reportWarnings(warnings: readonly string[]): void {
  for (const warning of warnings) console.error(`${colors.yellow("warning")} ${warning}`);
}

/** `1 file`, `2 files`. */
export function filesText(count: number): string {
  return count === 1 ? "1 file" : `${count} files`;
}
