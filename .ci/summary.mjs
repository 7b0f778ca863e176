// `node .ci/summary.mjs results.json [again.json]`: prints "N passed, N failed, N skipped" from Vitest's
// JSON reports. Fails when a test or a test file failed, when nothing ran, and when there is no report.
// A second report is of the files that failed, run once more: it stands for what the first says of them.
import { existsSync } from "node:fs";
import { relative } from "node:path";
import { read } from "./report.mjs";

const [first = "", second = ""] = process.argv.slice(2);
const counts = count(first, existsSync(second) ? second : undefined);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

/**
 * @param {string} file
 * @param {string | undefined} again
 */
function count(file, again) {
  const report = read(file);
  const retried = again === undefined ? undefined : read(again);
  if (!report || (again !== undefined && !retried)) return { passed: 0, failed: 1, skipped: 0 };
  const skipped = report.numPendingTests + report.numTodoTests;
  if (!retried) return { passed: report.numPassedTests, failed: failures(report), skipped };
  name(report);
  const failed = failures(retried);
  return { passed: report.numPassedTests + report.numFailedTests - failed, failed, skipped };
}

/** @param {NonNullable<ReturnType<typeof read>>} report */
function failures(report) {
  const brokenFiles = report.testResults.filter(
    (result) => result.status === "failed" && result.assertionResults.every(isNotFailed),
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  // An error outside any test makes a run unsuccessful without a failed test.
  return report.success ? failed : Math.max(1, failed);
}

/**
 * Says what failed at first.
 *
 * @param {NonNullable<ReturnType<typeof read>>} report
 */
function name(report) {
  for (const { name: file, assertionResults } of report.testResults) {
    for (const test of assertionResults) {
      if (isNotFailed(test)) continue;
      console.log(`unsteady: ${relative(process.cwd(), file)} > ${test.fullName}`);
    }
  }
}

/** @param {{ status: string }} test */
function isNotFailed(test) {
  return test.status !== "failed";
}
