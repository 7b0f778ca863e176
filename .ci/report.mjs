import { readFileSync } from "node:fs";

/**
 * What Vitest's JSON reporter wrote; undefined, with a line on standard error, when there is none.
 *
 * @param {string} file
 * @returns {undefined | { success: boolean, numPassedTests: number, numFailedTests: number,
 *   numPendingTests: number, numTodoTests: number, testResults: { name: string, status: string,
 *   assertionResults: { status: string, fullName: string }[] }[] }}
 */
export function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    console.error(`No test report: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}
