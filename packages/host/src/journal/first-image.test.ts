import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemFiles } from "../files.ts";
import { adoptFirst, firstName, sealed } from "./first-image.ts";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "freehold-first-"));
  path = join(directory, "a.sqlite");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("what a killed process has left of a new file is on disk before it counts as the object's", () => {
  const image = Buffer.alloc(4096, 7);
  writeFileSync(firstName(path), sealed(image));
  const steps: string[] = [];
  const files = {
    ...systemFiles,
    syncPathNow: (synced: string) => steps.push(`sync ${synced}`),
    rename(from: string, to: string) {
      steps.push("rename");
      systemFiles.rename(from, to);
    },
  };
  adoptFirst(files, path);
  expect(steps).toEqual([`sync ${firstName(path)}`, "rename"]);
  expect(readFileSync(path).subarray(0, 4096).equals(image)).toBe(true);
});

test("half of a new file goes", () => {
  writeFileSync(firstName(path), sealed(Buffer.alloc(4096, 7)).subarray(0, 4096));
  adoptFirst(systemFiles, path);
  expect([path, firstName(path)].filter((each) => systemFiles.exists(each))).toEqual([]);
});
