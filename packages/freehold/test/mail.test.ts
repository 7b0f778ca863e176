import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadModule, readWranglerConfig } from "@freehold/host";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installedCommand } from "../../../scripts/testing/installed.ts";
import { composeHost } from "../src/runtime/compose.ts";

/** `freehold mail` on the data of a host that has ended. */

const BIN = await installedCommand();
const run = promisify(execFile);
const root = mkdtempSync(join(tmpdir(), "fh-mail-"));

const WORKER = `
export default {
  async fetch(request, env) {
    const email = { from: "Bot <bot@a.test>", to: ["ada@b.test", "bob@b.test"], subject: "Grüße" };
    const content = new Uint8Array(3);
    const attachments = [{ disposition: "attachment", filename: "a.bin", type: "x/y", content }];
    await env.EMAIL.send({ ...email, text: "Hello\\n\\u001b[2Jworld" });
    return Response.json(await env.EMAIL.send({ ...email, html: "<p>Hi</p>", attachments }));
  },
};
`;

beforeAll(async () => {
  writeFileSync(join(root, "worker.mjs"), WORKER);
  const config = { name: "post", main: "worker.mjs", send_email: [{ name: "EMAIL" }] };
  writeFileSync(join(root, "wrangler.jsonc"), JSON.stringify(config));
  const host = await composeHost({
    root,
    config: (await readWranglerConfig(join(root, "wrangler.jsonc"))).config,
    worker: loadModule(join(root, "worker.mjs")),
    development: false,
    durability: "memory",
  });
  expect((await host.fetch(new Request("http://post/"))).status).toBe(200);
  await host.close();
});
afterAll(() => rmSync(root, { recursive: true }));

async function mail(...args: string[]): Promise<string> {
  const options = { cwd: root, env: { ...process.env, NO_COLOR: "1" } };
  return (await run(process.execPath, [BIN, "mail", ...args], options)).stdout;
}

test("lists what was sent", async () => {
  const line = (id: number) =>
    `   ${id}  \\S+Z  send     bot@a.test → ada@b.test and 1 more  Grüße\n`;
  expect(await mail()).toMatch(new RegExp(`^${line(1)}${line(2)}$`));
  expect(JSON.parse(await mail("list", "--json", "--limit", "1"))).toMatchObject([
    { id: 2, to: ["ada@b.test", "bob@b.test"], binding: "EMAIL" },
  ]);
});

test("shows a message so that it cannot steer the terminal", async () => {
  const shown = await mail("show", "1");
  expect(shown).toMatch(/^From +Bot <bot@a\.test>\nTo +ada@b\.test, bob@b\.test\n/);
  expect(shown).toContain("\n\nHello\n�[2Jworld\n");
  expect(await mail("show", "1", "--raw")).toMatch(/^From: Bot <bot@a\.test>\r\n/m);
  const { text, html, attachments } = JSON.parse(await mail("show", "2", "--json"));
  expect([text, html]).toEqual([undefined, "<p>Hi</p>"]);
  expect(attachments).toMatchObject([{ filename: "a.bin", type: "x/y", bytes: 3 }]);
});

test.each([
  [["show", "3"], "has no message 3"],
  [["show"], "has no message"],
  [["send"], "no `freehold mail send`"],
])("refuses %j", async (args, text) => {
  await expect(mail(...args)).rejects.toMatchObject({ stderr: expect.stringContaining(text) });
});
