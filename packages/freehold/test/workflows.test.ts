import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Host, loadModule, readWranglerConfig } from "@freehold/host";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { installedCommand } from "../../../scripts/testing/installed.ts";
import { composeHost } from "../src/runtime/compose.ts";

/** `freehold workflows` on a host that runs. */

/** Each command is a process of its own. */
const PATIENTLY = { timeout: 30_000, interval: 50 };
const BIN = await installedCommand();
const run = promisify(execFile);
const root = mkdtempSync(join(tmpdir(), "fh-"));
let host: Host;

const WORKER = `
import { WorkflowEntrypoint } from "cloudflare:workers";
export class Orders extends WorkflowEntrypoint {
  async run(event, step) {
    const price = await step.do("price", async () => event.payload.price * 2);
    await step.do("card", { sensitive: "output" }, async () => "4242");
    const paid = await step.waitForEvent("payment", { type: "paid" });
    return price - paid.payload;
  }
}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/pay") {
      await (await env.ORDERS.get("order-1")).sendEvent({ type: "paid", payload: 5 });
    } else await env.ORDERS.createBatch(["order-1", "order-2"].map((id) => ({ id, params: { price: 7 } })));
    return new Response("ok");
  },
};
`;

beforeAll(async () => {
  writeFileSync(join(root, "worker.mjs"), WORKER);
  const workflows = [{ binding: "ORDERS", name: "orders", class_name: "Orders" }];
  const config = { name: "shop", main: "worker.mjs", workflows };
  writeFileSync(join(root, "wrangler.jsonc"), JSON.stringify(config));
  host = await composeHost({
    root,
    config: (await readWranglerConfig(join(root, "wrangler.jsonc"))).config,
    worker: loadModule(join(root, "worker.mjs")),
    development: false,
    durability: "memory",
  });
  await host.fetch(new Request("http://shop/"));
});
afterAll(async () => {
  await host.close();
  rmSync(root, { recursive: true });
});

async function freehold(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [BIN, "workflows", ...args], { cwd: root });
  return stdout.trimEnd();
}

async function failure(...args: string[]): Promise<string> {
  return await freehold(...args).then(
    () => "it did not fail",
    (error: { stderr: string }) => error.stderr,
  );
}

async function asked(...args: string[]): Promise<unknown> {
  return JSON.parse(await freehold(...args, "--json"));
}

test("lists, shows and steers instances", async () => {
  expect(await freehold()).toMatch(/^orders +env\.ORDERS +Orders$/);
  await vi.waitFor(async () => {
    expect(await asked("list", "orders", "--status", "waiting")).toHaveLength(2);
  }, PATIENTLY);
  expect(await asked("list", "orders", "--limit", "1")).toHaveLength(1);
  expect(await asked("show", "orders", "order-1")).toMatchObject({
    id: "order-1",
    status: "waiting",
    params: { price: 7 },
    steps: [
      { kind: "do", label: "price-1", state: "completed", output: 14, attempts: [{ attempt: 1 }] },
      { kind: "do", label: "card-1", state: "completed", output: "[REDACTED]" },
      { kind: "waitForEvent", label: "payment-1", state: "running", eventType: "paid" },
    ],
  });
  expect(await freehold("pause", "orders", "order-1")).toBe("paused");
  expect(await freehold("resume", "orders", "order-1")).toMatch(/running|waiting/);
  await host.fetch(new Request("http://shop/pay"));
  await vi.waitFor(async () => {
    expect(await freehold("show", "orders", "order-1")).toMatch(/output 9$/);
  }, PATIENTLY);
  expect(await asked("events", "orders", "order-1")).toContainEqual(
    expect.objectContaining({ type: "workflow_completed", output: 9 }),
  );
  expect(await freehold("terminate", "orders", "order-2")).toBe("terminated");
  expect(await freehold("restart", "orders", "order-2", "--from", "card")).toMatch(
    /running|waiting/,
  );
});

test("says what is wrong, and what to do", async () => {
  expect(await failure("list", "none")).toContain("There is no workflow none (there is: orders)");
  expect(await failure("show", "orders", "order-9")).toContain("INSTANCE_UNKNOWN");
  expect(await failure("show", "orders")).toContain("INSTANCE_MISSING");
  expect(await failure("dance", "orders", "order-1")).toContain("VERB_UNKNOWN");
  expect(await failure("list", "--data", "elsewhere")).toContain("DATA_ABSENT");
  expect(await failure("restart", "orders", "order-1", "--from", "x")).toContain(
    'Step "x" not found in execution history. (INSTANCE_REFUSED)',
  );
  expect(await failure("list", "orders", "--status", "busy")).toContain("STATUS_UNKNOWN");
});

test("looks at what a stopped host has left, and says what needs one that runs", async () => {
  const data = mkdtempSync(join(tmpdir(), "fh-stopped-"));
  const stopped = await composeHost({
    ...{ root, dataDirectory: data, worker: loadModule(join(root, "worker.mjs")) },
    config: (await readWranglerConfig(join(root, "wrangler.jsonc"))).config,
    development: false,
  });
  await stopped.fetch(new Request("http://shop/"));
  await vi.waitFor(async () => {
    const shown = await asked("list", "orders", "--status", "waiting", "--data", data);
    expect(shown).toHaveLength(2);
  }, PATIENTLY);
  await stopped.fetch(new Request("http://shop/pay"));
  await vi.waitFor(async () => {
    expect(await freehold("show", "orders", "order-1", "--data", data)).toMatch(/output 9$/);
  }, PATIENTLY);
  const running = {
    list: await asked("list", "orders", "--data", data),
    shown: await asked("show", "orders", "order-1", "--data", data),
    events: await asked("events", "orders", "order-2", "--data", data),
  };
  await stopped.close();
  expect(await freehold("--data", data)).toMatch(/^orders +env\.ORDERS +Orders$/);
  expect({
    list: await asked("list", "orders", "--data", data),
    shown: await asked("show", "orders", "order-1", "--data", data),
    events: await asked("events", "orders", "order-2", "--data", data),
  }).toEqual(running);
  expect(await asked("list", "orders", "--status", "complete", "--data", data)).toHaveLength(1);
  expect(await failure("show", "orders", "order-9", "--data", data)).toContain("INSTANCE_UNKNOWN");
  const elsewhere = await failure("list", "orders", "--env", "live", "--data", data);
  expect(elsewhere).toContain("CONFIG_ENVIRONMENT_UNKNOWN");
  for (const verb of ["pause", "restart"]) {
    expect(await failure(verb, "orders", "order-2", "--data", data)).toMatch(
      /needs the host to run.*HOST_NOT_RUNNING.*freehold start/s,
    );
  }
  rmSync(data, { recursive: true });
});

test("only the user who runs the host can reach it", () => {
  const folder = join(root, ".freehold/control");
  expect(existsSync(join(folder, "host.sock"))).toBe(true);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});
