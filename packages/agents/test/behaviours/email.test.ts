import PostalMime from "postal-mime";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Behaving, behave } from "../support/behaviour.ts";
import { clock } from "../support/hosted.ts";
import { told } from "./workers/told.ts";

/** E-mail: the behaviours easily got wrong, by their numbers. */

let running: Behaving;

beforeEach(async () => {
  told.length = 0;
  running = await behave(() => import("./workers/email.ts"), ["Postbox", "Deaf"]);
});
afterEach(() => running.worker.stop());

interface Outcome {
  readonly rejected?: string;
  readonly forwarded?: unknown;
  readonly reply?: string;
  readonly by?: string;
  readonly error?: string;
  readonly code?: string;
}

async function deliver(to: string, headers: Record<string, string> = {}): Promise<Outcome> {
  const path = `/?to=${encodeURIComponent(to)}`;
  const response = await running.fetch(path, { method: "POST", headers });
  return (await response.json()) as Outcome;
}

interface Postbox {
  write(): Promise<{ headers: Record<string, string> }>;
  writeBadly(): Promise<void>;
}
const postbox = (name: string) => running.agent<Postbox>("Postbox", name);

const events = (what: string) => told.filter((each) => (each as unknown[])[0] === what);

test("45. a signed reply finds its agent until it is too old, wherever it is sent", async () => {
  const { headers } = await postbox("seven").write();
  await clock.advance("29d");
  const { reply = "", by } = await deliver("anybody@signed.test", headers);
  expect(events("onEmail")).toEqual([["onEmail", "seven", "anybody@signed.test", true, true]]);
  expect(by).toBe("EmailMessage");
  // The answer to it is signed anew, so the exchange may go on for ever.
  const answer = await PostalMime.parse(reply);
  const again = Object.fromEntries(
    answer.headers
      .filter(({ key }) => key.startsWith("x-agent-"))
      .map(({ key, value }) => [key, value]),
  );
  await clock.advance("2d");
  expect(await deliver("anybody@signed.test", headers)).toEqual({ rejected: "nobody" });
  expect((await deliver("anybody@signed.test", again)).reply).toContain("X-Agent-ID: seven");
  expect(events("invalid")).toEqual([["invalid", "expired"]]);
});

test.each([
  ["X-Agent-ID", "eight", "invalid"],
  ["X-Agent-Name", "deaf", "invalid"],
  ["X-Agent-Sig", "AAAA", "invalid"],
  ["X-Agent-Sig-Ts", "never", "malformed_timestamp"],
  ["X-Agent-Sig", "", "missing_headers"],
])("45. nobody gets to an agent by changing %s to %j", async (name, value, reason) => {
  const { headers } = await postbox("seven").write();
  expect(await deliver("a@signed.test", { ...headers, [name]: value })).toEqual({
    rejected: "nobody",
  });
  expect(events("invalid")).toEqual([["invalid", reason]]);
  expect(events("onEmail")).toEqual([]);
});

/** Headers signed as the published package signs them, by another clock. */
async function signedAt(seconds: number): Promise<Record<string, string>> {
  const [name, id, time] = ["postbox", "seven", String(seconds)];
  const bytes = (text: string) => new TextEncoder().encode(text);
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes("a secret"), hmac, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, bytes(`${name}:${id}:${time}`));
  return {
    ...{ "X-Agent-Name": name, "X-Agent-ID": id, "X-Agent-Sig-Ts": time },
    "X-Agent-Sig": btoa(String.fromCharCode(...new Uint8Array(signature))),
  };
}

test("45. a signature from the future stands for small differences of clocks", async () => {
  const now = Math.floor(clock.now() / 1000);
  expect((await deliver("a@signed.test", await signedAt(now + 300))).reply).toBeDefined();
  const rejected = "nobody";
  expect(await deliver("a@signed.test", await signedAt(now + 301))).toEqual({ rejected });
  expect(events("invalid")).toEqual([["invalid", "invalid"]]);
});

test.each([
  ["seven@agents.test", "seven"],
  ["Postbox+Seven@agents.test", "Seven"],
  ["postbox+seven@agents.test", "seven"],
  ["POSTBOX+seven@agents.test", "seven"],
])("45. the address %s is the agent %s, whatever the case of its class", async (to, name) => {
  const { reply } = await deliver(to, { subject: "hello" });
  expect(events("onEmail")).toEqual([["onEmail", name, to, false, true]]);
  expect(events("props")).toEqual([["props", "by mail"]]);
  expect(reply).toContain("Subject:");
});

test("45. an address that is none, or of a class that is none, is refused", async () => {
  expect(await deliver(`${"x".repeat(65)}@agents.test`)).toEqual({ rejected: "nobody" });
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  expect(await deliver("silent+@agents.test")).toEqual({});
  expect(warn.mock.calls.flat()).toContain(
    "No routing information found for email, dropping message",
  );
  warn.mockRestore();
  for (const name of ["nobody", "__proto__", "constructor", "toString"]) {
    expect(await deliver(`${name}+seven@agents.test`)).toMatchObject({
      code: "unknown_agent",
      error: `Agent namespace '${name}' not found in environment. Available agents: Postbox, Deaf`,
    });
  }
});

test("46. what is received, answered and sent is told of", async () => {
  await deliver("seven@agents.test", { subject: "=?utf-8?B?aMOkbGxv?=", "message-id": "<1@x>" });
  await postbox("seven").write();
  const [from, to] = ["seven@agents.test", "ada@example.test"];
  expect(told.filter((each) => String((each as unknown[])[0]).startsWith("email:"))).toEqual([
    ["email:receive", { from: to, to: from, subject: "=?utf-8?B?aMOkbGxv?=" }],
    ["email:reply", { from, to, subject: "Re: hällo" }],
    ["email:send", { from: "post@agents.test", to, subject: "news" }],
  ]);
});

test("46. an e-mail may be refused, passed on and read more than once", async () => {
  const at = (subject: string) => deliver("seven@agents.test", { subject });
  expect(await at("refuse")).toEqual({ rejected: "not here" });
  expect(await at("forward")).toEqual({ forwarded: ["bob@example.test", "postbox"] });
  expect(await at("forward badly")).toMatchObject({ code: "invalid_email_address" });
  await at("read twice");
  expect(events("raw")).toEqual([["raw", "the message", 11]]);
});

test("46. a failing handler fails the delivery, unless onError deals with it", async () => {
  expect(await deliver("seven@agents.test", { subject: "fail" })).toMatchObject({ error: "boom" });
  expect(await deliver("seven@agents.test", { subject: "fail softly" })).toEqual({});
  const bad = postbox("seven").writeBadly();
  await expect(bad).rejects.toThrow("binding is required.");
  expect(events("onError")).toEqual([
    ["onError", "boom"],
    ["onError", "dealt with"],
    ["onError", expect.stringContaining("binding is required.")],
  ]);
});

test("46. an agent without a handler drops what it gets, and says so", async () => {
  const log = vi.spyOn(console, "log").mockReturnValue();
  expect(await deliver("deaf+a@agents.test")).toEqual({});
  expect(log.mock.calls.flat().join()).toContain("without onEmail");
  log.mockRestore();
});
