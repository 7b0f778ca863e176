// `node .ci/summary.mjs results.json`: prints "N passed, N failed, N skipped" from Vitest's JSON
// report. Fails when a test or a test file failed, when nothing ran, and when there is no report.
import { readFileSync } from "node:fs";

const counts = count(process.argv[2] ?? "");
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

/** @param {string} file */
function count(file) {
  const report = read(file);
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const brokenFiles = report.testResults.filter(
    (result) => result.status === "failed" && result.assertionResults.every(isNotFailed),
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  return {
    passed: report.numPassedTests,
    // An error outside any test makes a run unsuccessful without a failed test.
    failed: report.success ? failed : Math.max(1, failed),
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @param {{ status: string }} test */
function isNotFailed(test) {
  return test.status !== "failed";
}

/**
 * @param {string} file
 * @returns {undefined | { success: boolean, numPassedTests: number, numFailedTests: number,
 *   numPendingTests: number, numTodoTests: number,
 *   testResults: { status: string, assertionResults: { status: string }[] }[] }}
 */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    console.error(`No test report: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}
