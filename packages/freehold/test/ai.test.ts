import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Host, loadModule, readWranglerConfig } from "@freehold/host";
import OpenAI from "openai";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installedCommand } from "../../../scripts/testing/installed.ts";
import { type ModelServer, startModelServer } from "../../../scripts/testing/model-server/index.ts";
import { composeHost } from "../src/runtime/compose.ts";

/** `env.AI` of a Worker, and `freehold gateway`. */

const BIN = await installedCommand();
const CHAT = "@cf/meta/llama-3.1-8b-instruct";
let root: string;
let host: Host | undefined;
let model: ModelServer;

const WORKER = `
import { DurableObject } from "cloudflare:workers";
export class Keeper extends DurableObject {
  async fetch(request) {
    this.ctx.storage.kv.put("asked", 1);
    const gateway = { id: "default" };
    const answer = await this.env.AI.run("${CHAT}", { prompt: await request.text() }, { gateway });
    const { success } = await this.env.AI.gateway("default").getLog(this.env.AI.aiGatewayLogId);
    return Response.json({ ...answer, success });
  }
}
export default {
  fetch: (request, env) => env.KEEPERS.getByName("one").fetch(request),
};
`;

beforeEach(async () => {
  model = await startModelServer();
  root = mkdtempSync(join(tmpdir(), "fh-"));
  writeFileSync(join(root, "worker.mjs"), WORKER);
  const config = {
    name: "asks",
    main: "worker.mjs",
    ai: { binding: "AI" },
    durable_objects: { bindings: [{ name: "KEEPERS", class_name: "Keeper" }] },
    migrations: [{ tag: "v1", new_sqlite_classes: ["Keeper"] }],
  };
  writeFileSync(join(root, "wrangler.jsonc"), JSON.stringify(config));
});
afterEach(async () => {
  await host?.close();
  host = undefined;
  await model.close();
  rmSync(root, { recursive: true });
});

async function ask(prompt: string): Promise<unknown> {
  host = await composeHost({
    root,
    config: (await readWranglerConfig(join(root, "wrangler.jsonc"))).config,
    worker: loadModule(join(root, "worker.mjs")),
    development: false,
    durability: "memory",
  });
  const asked = new Request("http://asks/", { method: "POST", body: prompt });
  return (await host.fetch(asked)).json();
}

test("an object asks a model with nothing configured", async () => {
  const aliases = '{ "@cf/*": "offline" }';
  writeFileSync(
    join(root, "freehold.config.mjs"),
    `export default { models: { aliases: ${aliases} } };`,
  );
  expect(await ask("Hello")).toMatchObject({
    response: expect.stringContaining("offline model"),
    success: true,
  });
});

test("one line in .dev.vars brings a real one", async () => {
  writeFileSync(join(root, ".dev.vars"), `OPENAI_BASE_URL=${model.url}\n`);
  const models = 'aliases: { "@cf/*": "endpoint/small" }';
  writeFileSync(join(root, "freehold.config.mjs"), `export default { models: { ${models} } };`);
  model.add("It rains.");
  expect(await ask("Weather?")).toMatchObject({ response: "It rains.", success: true });
  expect(model.requests[0]).toMatchObject({ model: "small", prompt: "Weather?" });
});

test.each(["models", "gateway"])("settings of %s that are wrong are named", async (field) => {
  writeFileSync(join(root, "freehold.config.mjs"), `export default { ${field}: { nothing: 1 } };`);
  await expect(ask("Hello")).rejects.toThrow("there is no use for `nothing`");
});

test("freehold gateway serves any OpenAI client, without a Worker", async () => {
  rmSync(join(root, "wrangler.jsonc"));
  const providers = `{ openai: { baseUrl: "${model.url}", keys: "MY_KEY" } }`;
  writeFileSync(
    join(root, "freehold.config.mjs"),
    `export default { gateway: { providers: ${providers} } };`,
  );
  // As in a project, though the folder is none.
  writeFileSync(join(root, ".dev.vars"), "MY_KEY=stored-key\n");
  const child = spawn(process.execPath, [BIN, "gateway", "--port", "0"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const { value: line } = await createInterface({ input: child.stdout })
      [Symbol.asyncIterator]()
      .next();
    const baseURL = /http:\S+compat/.exec(String(line))?.[0] ?? "";
    model.add("It rains.");
    const openai = new OpenAI({ apiKey: "ignored", baseURL, maxRetries: 0 });
    const messages = [{ role: "user" as const, content: "Weather?" }];
    const headers = { authorization: null };
    const answer = await openai.chat.completions.create(
      { model: "openai/small", messages },
      { headers },
    );
    expect(answer.choices[0]?.message.content).toBe("It rains.");
    expect(model.requests[0]?.headers.authorization).toBe("Bearer stored-key");
  } finally {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
});
