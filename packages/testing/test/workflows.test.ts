import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const inPackage = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

test.each([
  ["Vitest 5", inPackage("../../node_modules/vitest/vitest.mjs")],
  ["Vitest 4.1", inPackage("node_modules/vitest-4/vitest.mjs")],
])(
  "a suite about workflows, written for `cloudflare:test`, passes on %s",
  async (_name, vitest) => {
    const child = spawn(
      process.execPath,
      [
        ...["--conditions=freehold-source", "--disable-warning=ExperimentalWarning"],
        ...[vitest, "run", "--configLoader", "native"],
        ...["--root", inPackage("test/fixtures/workflows")],
      ],
      { env: { ...process.env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] },
    );
    const closed = once(child, "close");
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(output + errors).toMatch(/Tests {2}7 passed \(7\)/);
    expect((await closed)[0]).toBe(0);
  },
  90_000,
);
