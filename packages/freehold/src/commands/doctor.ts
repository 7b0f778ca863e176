import { examine, type FindingLevel } from "@freehold/host/data";
import { colors } from "./colors.ts";
import { type DataFlags, dataDirectoryOf } from "./data-directory.ts";

interface DoctorFlags extends DataFlags {
  readonly json?: boolean;
}

const MARKS: Readonly<Record<FindingLevel, string>> = {
  good: colors.green("good   "),
  warning: colors.yellow("warning"),
  bad: colors.red("bad    "),
};

/** `freehold doctor`: looks at a data directory and at this machine. Ends with 1 when something is bad. */
export async function doctorCommand(flags: DoctorFlags): Promise<void> {
  const report = await examine(await dataDirectoryOf(flags));
  if (flags.json) console.log(JSON.stringify(report, null, 2));
  else {
    for (const { level, message, help } of report.findings) {
      console.log(`${MARKS[level]} ${message}`);
      if (help !== undefined) console.log(`        ${help}`);
    }
  }
  process.exitCode = report.isWell ? 0 : 1;
}
