import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host, WranglerConfig } from "@freehold/host";
import { afterEach, beforeEach, expect, it } from "vitest";
import { composeHost } from "./compose.ts";

let root: string;
let host: Host | undefined;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "freehold-compose-"));
});

afterEach(async () => {
  await host?.close();
  host = undefined;
  rmSync(root, { recursive: true });
});

const CONFIG: WranglerConfig = {
  name: "app",
  main: undefined,
  compatibilityDate: "2026-06-11",
  compatibilityFlags: [],
  durableObjects: [],
  durableClasses: [],
  vars: {},
  assets: undefined,
};

async function compose(config: string): Promise<string> {
  writeFileSync(join(root, "freehold.config.mjs"), `export default ${config};`);
  const worker = async () => ({
    default: {
      fetch: (request: Request) =>
        new Response(`${request.url} ${request.headers.get("cf-connecting-ip")}`),
    },
  });
  host = await composeHost({
    root,
    config: CONFIG,
    worker,
    development: false,
    durability: "memory",
  });
  return (await host.listen({ port: 0 })).url;
}

it("gives the host what freehold.config says", async () => {
  const url = await compose(
    '{ trustedProxies: ["127.0.0.1"], publicUrl: "https://chat.example", limits: { urlBytes: 20 } }',
  );
  const headers = { "x-forwarded-for": "203.0.113.9" };
  const response = await fetch(`${url}/a`, { headers });
  expect(await response.text()).toBe("https://chat.example/a 203.0.113.9");
  expect((await fetch(`${url}/${"a".repeat(20)}`)).status).toBe(414);
});

it.each([
  ['{ trustedProxies: ["nonsense"] }', "PROXY_INVALID"],
  ['{ publicUrl: "chat.example" }', "PUBLIC_URL_INVALID"],
  ["{ limits: { bodyBytes: -1 } }", "LIMIT_INVALID"],
  ["{ limits: { unheardOf: 1 } }", "LIMIT_INVALID"],
  ["{ unheardOf: 1 }", "HOST_CONFIG_INVALID"],
  ['{ email: { transport: "pigeon" } }', "HOST_CONFIG_INVALID"],
  ['{ email: { transport: "smtp", secret: "NO_SUCH_SECRET" } }', "EMAIL_SECRET_MISSING"],
])("refuses %s", async (config, code) => {
  await expect(compose(config)).rejects.toMatchObject({ code });
});
