import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import {
  createHost,
  type HostOptions,
  listMailbox,
  loadModule,
  type OutgoingEmail,
} from "../src/index.ts";
import { testConfig } from "./fixtures/config.ts";

const WORKER = fileURLToPath(new URL("./fixtures/mail-worker.ts", import.meta.url));

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function start(options: Partial<HostOptions> = {}) {
  const dataDirectory = await mkdtemp(join(tmpdir(), "freehold-email-"));
  cleanUp.push(() => rm(dataDirectory, { recursive: true, force: true }));
  const host = await createHost({
    worker: loadModule(WORKER),
    config: {
      ...testConfig,
      durableObjects: [{ name: "CLERK", className: "Clerk" }],
      durableClasses: ["Clerk"],
      sendEmail: [{ name: "EMAIL", allowedSenderAddresses: ["clerk@a.test"] }],
    },
    log: { debug: note, info: note, warn: note, error: note },
    dataDirectory,
    ...options,
  });
  cleanUp.push(() => host.close());
  const get = async (path: string): Promise<unknown> =>
    (await host.fetch(new Request(`http://x/${path}`))).json();
  return { host, dataDirectory, get };
}

const logged: string[] = [];
function note(message: string): void {
  logged.push(message);
}

/** A transport that keeps what it is given. */
function collect() {
  const sent: OutgoingEmail[] = [];
  const state = { closed: 0 };
  const email = {
    async send(message: OutgoingEmail) {
      sent.push(message);
    },
    async close() {
      state.closed += 1;
    },
  };
  return { sent, state, email };
}

test("what objects and the Worker send stands in the local mailbox", async () => {
  const { host, dataDirectory, get } = await start();
  const first = await get("record/one");
  const second = await get("send/two");
  const raw = Buffer.from("Message-ID: <q@b.test>\r\n\r\n?");
  await host.email({ from: "ada@b.test", to: "clerk@a.test", raw });
  await host.close();
  expect(await listMailbox(dataDirectory)).toMatchObject([
    { kind: "send", binding: "EMAIL", messageId: first, subject: "one", to: ["ada@b.test"] },
    { kind: "send", messageId: second, subject: "two" },
    { kind: "reply", subject: "Re: it", from: "clerk@a.test" },
  ]);
  expect(logged).toEqual([expect.stringMatching(/^E-mail reaches nobody/)]);
});

test.each(["fields", "stream"])("no email leaves before a commit that fails (%s)", async (how) => {
  const { sent, email } = collect();
  const { get } = await start({ email });
  await get("record/one");
  expect(sent).toHaveLength(1);
  expect(await get(`misfile/${how}`)).toEqual({ error: expect.stringMatching(/constraint/i) });
  expect(await get("cases")).toEqual([{ name: "one" }]);
  await get("send/two");
  expect(sent.map(({ raw }) => /about (\w+)/.exec(String(Buffer.from(raw)))?.[1])).toEqual([
    "one",
    "two",
  ]);
});

test("a transport that fails is told to the caller, and closed with the host", async () => {
  const { state, email } = collect();
  const send = () => Promise.reject(new Error("no line"));
  const { host, get } = await start({ email: { ...email, send } });
  expect(await get("record/one")).toEqual({ error: expect.stringMatching("was not delivered") });
  expect(await get("cases")).toEqual([{ name: "one" }]);
  await host.close();
  expect(state.closed).toBe(1);
});
