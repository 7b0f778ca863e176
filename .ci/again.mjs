// `node .ci/again.mjs results.json`: prints the test files that may be run again by themselves, a line
// each. It prints none when more than two files failed, or one whose failures count however seldom they
// are: those that draw at random, that end processes, or that look twice by themselves. Then something
// is broken, not slow.
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { read } from "./report.mjs";

const MOST_FILES = 2;

const report = read(process.argv[2] ?? "");
const failed = report?.testResults.filter(({ status }) => status === "failed") ?? [];
const files = failed.map(({ name }) => relative(process.cwd(), name));
if (files.length <= MOST_FILES && files.every(mayRunAgain)) console.log(files.join("\n"));

/** @param {string} file */
function mayRunAgain(file) {
  if (file.startsWith("conformance/") || /crash|kill|power|fault/.test(file)) return false;
  return !/seed|random/i.test(readFileSync(file, "utf8"));
}
