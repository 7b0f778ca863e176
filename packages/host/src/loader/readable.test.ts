import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readablePlaces } from "./readable.ts";

test("a package is readable also where its name is a link", () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "freehold readable-")));
  try {
    const [kept, names, main] = ["store/thing", "node_modules", "main.mjs"].map((path) =>
      join(root, path),
    ) as [string, string, string];
    for (const folder of [kept, names]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(kept, "package.json"), '{ "type": "module", "exports": "./index.js" }');
    writeFileSync(join(kept, "index.js"), "export default 5;");
    writeFileSync(main, 'import five from "thing"; console.log(five);');
    symlinkSync(kept, join(names, "thing"));
    const readable = [main, ...readablePlaces(join(names, "thing/package.json"))];
    const allowed = readable.map((path) => `--allow-fs-read=${path}`);
    const run = [process.execPath, ["--permission", ...allowed, main]] as const;
    expect(execFileSync(...run, { encoding: "utf8" })).toBe("5\n");
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
