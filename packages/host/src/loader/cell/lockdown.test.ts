import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const root = new URL("../../", import.meta.url);

/** What code could do that had found a way to Node's own modules after all. */
const PROGRAM = `
const { lockDown } = await import(${JSON.stringify(new URL("loader/cell/lockdown.ts", root).href)});
const load = process.getBuiltinModule;
const [net, tls, http, dgram, dns, fs, processes, threads] = ["net", "tls", "http", "dgram", "dns", "fs", "child_process", "worker_threads"].map((name) => load(name));
// Opened before: it is a pipe.
process.stdout.write("");
lockDown();
const settled = (start) => new Promise((resolve, reject) => {
  const emitter = start(resolve, reject);
  emitter?.on?.("error", reject);
});
const attempts = {
  connect: () => settled((ok) => net.connect(80, "127.0.0.1", ok)),
  socket: () => settled((ok) => new net.Socket().connect(80, "127.0.0.1", ok)),
  prototype: () => settled((ok) => Object.getPrototypeOf(new net.Socket()).connect.call(new net.Socket(), 80)),
  pipe: () => settled((ok) => net.connect("/tmp/x.sock", ok)),
  tls: () => settled((ok) => tls.connect(443, "127.0.0.1", ok)),
  http: () => settled((ok) => http.get("http://127.0.0.1/", ok)),
  fetch: () => fetch("http://127.0.0.1/").catch((error) => { throw error.cause ?? error; }),
  listen: () => settled((ok) => net.createServer().listen(0, ok)),
  serve: () => settled((ok) => http.createServer().listen(0, ok)),
  udp: () => settled((ok, fail) => dgram.createSocket("udp4").send("x", 9, "127.0.0.1", (error) => error ? fail(error) : ok())),
  bind: () => settled((ok) => dgram.createSocket("udp4").bind(0, ok)),
  lookup: () => settled((ok, fail) => dns.lookup("localhost", (error) => error ? fail(error) : ok())),
  resolve: () => dns.promises.resolve("localhost"),
  resolver: () => new dns.promises.Resolver().resolve4("localhost"),
  read: () => fs.readFileSync("/etc/passwd", "utf8"),
  write: () => fs.writeFileSync("/tmp/freehold-lockdown", "x"),
  spawn: () => processes.execFileSync("id"),
  thread: () => new threads.Worker("1", { eval: true }),
  binding: () => process.binding("fs"),
  addon: () => process.dlopen({ exports: {} }, "/tmp/x.node"),
};
const found = {};
for (const [name, attempt] of Object.entries(attempts)) {
  const caught = new Promise((resolve) => process.once("uncaughtException", resolve));
  const tried = (async () => attempt())().then(() => "REACHED", (error) => error);
  const result = await Promise.race([tried, caught]);
  found[name] = result === "REACHED" ? result : String(result.code ?? result.message);
}
console.log(JSON.stringify(found));
process.exit();
`;

it("leaves nothing to those who find Node's own modules", async () => {
  const flags = ["--permission", `--allow-fs-read=${fileURLToPath(new URL("*", root))}`];
  const script = ["--no-warnings", "--input-type=module", "--eval", PROGRAM];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, ...script], {
    env: {},
  });
  const found = JSON.parse(stdout) as Record<string, string>;
  for (const [name, refusal] of Object.entries(found)) {
    expect.soft(refusal, name).toMatch(/^(?:Loaded Workers|ERR_ACCESS_DENIED|ERR_DLOPEN_DISABLED)/);
  }
  expect(Object.keys(found).length).toBeGreaterThan(18);
});
