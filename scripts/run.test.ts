import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let checkout: string;

/** A checkout with an npm that only notes that it ran. */
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "freehold-checkout-"));
  mkdirSync(join(checkout, "scripts"));
  for (const file of ["run.mjs", "setup.mjs"]) {
    cpSync(join(import.meta.dirname, file), join(checkout, "scripts", file));
  }
  write("package-lock.json", lock({ "node_modules/one": { version: "1.0.0", integrity: "x" } }));
  write("scripts/test.ts", "console.log(JSON.stringify(process.argv.slice(2)));");
  write(
    "npm-cli.js",
    `const { appendFileSync, cpSync, mkdirSync, writeFileSync } = require("node:fs");
     appendFileSync("npm.log", process.argv.slice(2).join(" ") + "\\n");
     console.log("npm says hello");
     if (process.env.NPM_FAILS) process.exit(7);
     mkdirSync("node_modules/one", { recursive: true });
     writeFileSync("node_modules/one/package.json", "{}");
     cpSync("package-lock.json", "node_modules/.package-lock.json");`,
  );
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function write(file: string, text: string): void {
  writeFileSync(join(checkout, file), text);
}

function lock(packages: Record<string, unknown>): string {
  return JSON.stringify({ lockfileVersion: 3, packages: { "": {}, ...packages } });
}

function environment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...process.env, npm_execpath: join(checkout, "npm-cli.js"), ...extra };
}

function run(args: string[], extra?: NodeJS.ProcessEnv) {
  return spawnSync(process.execPath, [join(checkout, "scripts/run.mjs"), ...args], {
    encoding: "utf8",
    env: environment(extra),
  });
}

function installs(): number {
  try {
    return readFileSync(join(checkout, "npm.log"), "utf8").trim().split("\n").length;
  } catch {
    return 0;
  }
}

describe("install", () => {
  it("happens once, off standard output, and passes arguments on", () => {
    const first = run(["test", "--json", "gates"]);
    expect(first.stderr).toContain("npm says hello");
    expect(JSON.parse(first.stdout)).toEqual(["--json", "gates"]);
    expect(run(["test"]).stderr).toBe("");
    expect(installs()).toBe(1);
    expect(readFileSync(join(checkout, "npm.log"), "utf8")).toMatch(
      /^install --no-save --include=dev/,
    );
  });

  it("happens again when the lock file names something else", () => {
    run(["test"]);
    write("package-lock.json", lock({ "node_modules/one": { version: "2.0.0", integrity: "y" } }));
    run(["test"]);
    expect(installs()).toBe(2);
  });

  it("is not needed after `npm install`, which leaves the same packages", () => {
    const packages = { "node_modules/one": { version: "3.0.0", integrity: "z" } };
    write("package-lock.json", lock({ ...packages, "packages/new": { name: "new" } }));
    mkdirSync(join(checkout, "node_modules/one"), { recursive: true });
    write("node_modules/one/package.json", "{}");
    write("node_modules/.package-lock.json", lock(packages));
    expect(run(["test"]).status).toBe(0);
    expect(installs()).toBe(0);
  });

  it("starts from nothing when an earlier one did not finish", () => {
    run(["test"]);
    write("package-lock.json", lock({ "node_modules/one": { version: "2.0.0", integrity: "y" } }));
    run(["test"], { NPM_FAILS: "yes" });
    write("node_modules/one/half.js", "");
    expect(run(["test"]).status).toBe(0);
    expect(installs()).toBe(3);
    expect(existsSync(join(checkout, "node_modules/one/half.js"))).toBe(false);
    expect(run(["test"]).stderr).toBe("");
  });

  it("says that npm failed, and tries again the next time", () => {
    const failed = run(["test"], { NPM_FAILS: "yes" });
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain("npm install failed (exit 7)");
    expect(failed.stderr).not.toMatch(/^\s+at /m);
    expect(run(["test"]).status).toBe(0);
  });

  it("takes over the lock of a process that is gone", () => {
    const gone = spawnSync(process.execPath, ["--version"]).pid;
    mkdirSync(join(checkout, ".freehold"));
    write(".freehold/install.lock", String(gone));
    expect(run(["test"]).status).toBe(0);
  });

  it("is not done twice by two commands at once", async () => {
    const both = [0, 1].map(() =>
      spawn(process.execPath, [join(checkout, "scripts/run.mjs"), "test"], {
        env: environment(),
        stdio: "ignore",
      }),
    );
    const codes = await Promise.all(both.map((child) => once(child, "exit")));
    expect(codes.map(([code]) => code)).toEqual([0, 0]);
    expect(installs()).toBe(1);
  });
});

describe("running", () => {
  it("ends with the status of what it ran", () => {
    write("scripts/test.ts", "process.exit(5);");
    expect(run(["test"]).status).toBe(5);
  });

  it("puts its Node and the repository's commands first on the path", () => {
    write("scripts/test.ts", "console.log(process.env.PATH);");
    const [node, commands] = run(["test"]).stdout.split(":");
    expect(node).toBe(join(process.execPath, ".."));
    expect(commands).toBe(join(checkout, "node_modules/.bin"));
  });

  it("passes signals on", async () => {
    write(
      "scripts/test.ts",
      `process.on("SIGTERM", () => process.exit(9));
       console.log("ready");
       setInterval(() => undefined, 1000);`,
    );
    const child = spawn(process.execPath, [join(checkout, "scripts/run.mjs"), "test"], {
      env: environment(),
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([9, null]);
  });

  it("lists the commands when given another", () => {
    const { status, stderr } = run(["dance"]);
    expect(status).toBe(1);
    expect(stderr).toContain('unknown command "dance"');
    expect(stderr).toContain("conformance");
    expect(installs()).toBe(0);
  });
});
