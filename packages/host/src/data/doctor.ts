import { existsSync } from "node:fs";
import { systemClock } from "../clock.ts";
import { FreeholdError } from "../errors.ts";
import { systemFiles } from "../files.ts";
import { hostFile } from "../storage/data-directory.ts";
import { HostDatabase } from "../storage/host-database.ts";
import { examineFiles } from "./doctor-files.ts";
import { examineMachine } from "./doctor-machine.ts";

/** `bad`: data is in danger, or the host will not start. `warning`: it will, but not well. */
export type FindingLevel = "good" | "warning" | "bad";

/** One thing that was looked at. */
export interface Finding {
  readonly level: FindingLevel;
  /** Stable and machine-readable, such as `FILE_LIMIT`. */
  readonly code: string;
  readonly message: string;
  /** What to do about it. Absent when it is good. */
  readonly help?: string;
}

export interface DoctorReport {
  readonly findings: readonly Finding[];
  /** Whether nothing is `bad`. */
  readonly isWell: boolean;
}

/**
 * Looks at a data directory and at this machine, and changes nothing. While a host runs on the directory
 * its objects cannot be looked into; everything else is.
 *
 * @example
 * ```ts
 * const { findings, isWell } = await examine("/var/lib/my-agents");
 * ```
 */
export async function examine(dataDirectory: string): Promise<DoctorReport> {
  const findings = [
    ...(await examineMachine(dataDirectory)),
    ...(await examineData(dataDirectory)),
  ];
  return { findings, isWell: findings.every(({ level }) => level !== "bad") };
}

async function examineData(dataDirectory: string): Promise<readonly Finding[]> {
  if (!existsSync(hostFile(dataDirectory))) {
    const message = `There is no data in ${dataDirectory} yet.`;
    return [{ level: "good", code: "DATA_ABSENT", message }];
  }
  let host: HostDatabase;
  try {
    host = new HostDatabase({
      ...{ dataDirectory, files: systemFiles, clock: systemClock, durability: "strict" },
      onFailure: () => undefined,
    });
  } catch (error) {
    return [refused(error)];
  }
  try {
    return await examineFiles(dataDirectory, host);
  } finally {
    await host.close();
  }
}

function refused(error: unknown): Finding {
  if (!(error instanceof FreeholdError)) throw error;
  const { code, message, help } = error;
  if (code !== "DATA_DIRECTORY_IN_USE") return { level: "bad", code, message, help };
  return {
    level: "warning",
    code: "HOST_RUNS",
    message: `${message.replace(/\.$/, "")}: its objects were not looked into.`,
    help: "Stop the host to have them checked, or make a backup, which checks its copies.",
  };
}
