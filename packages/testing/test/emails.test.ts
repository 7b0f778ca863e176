import { afterEach, beforeEach, expect, test } from "vitest";
import {
  clock,
  type RunningTestWorker,
  receiveEmail,
  reset,
  sentEmails,
  startWorker,
} from "../src/index.ts";

/** In a variable, since its types are those of the platform and not of Node. */
const WORKER: string = "./fixtures/emails/worker.ts";

interface Clerk {
  write(subject: string): Promise<string>;
  remind(ms: number): Promise<void>;
}

let worker: RunningTestWorker;
let clerk: Clerk;
beforeEach(async () => {
  worker = await startWorker({
    load: () => import(WORKER),
    objects: { CLERK: "Clerk" },
    sendEmail: [{ name: "EMAIL", allowedSenderAddresses: ["clerk@a.test"] }],
    clock: { now: "2040-01-01", paused: true },
  });
  clerk = (worker.env.CLERK as { getByName(name: string): Clerk }).getByName("c");
});
afterEach(() => worker.stop());

test("tests read what was sent", async () => {
  const messageId = await clerk.write("Grüße");
  const [email, ...others] = await sentEmails();
  expect(others).toEqual([]);
  expect(email).toMatchObject({
    ...{ kind: "send", binding: "EMAIL", messageId, subject: "Grüße", text: "about Grüße" },
    ...{ from: "Clerk <clerk@a.test>", to: ["ada@b.test"], html: undefined, attachments: [] },
    envelope: { from: "clerk@a.test", to: ["ada@b.test", "boss@b.test"] },
    headers: { date: "Sun, 01 Jan 2040 00:00:00 +0000", "x-case": "1" },
  });
  expect(new TextDecoder().decode(email?.raw)).not.toContain("boss");
});

test("what alarms send is there when the clock has moved", async () => {
  await clerk.remind(60_000);
  expect(await sentEmails()).toEqual([]);
  await clock.advance("1m");
  expect(await sentEmails()).toMatchObject([
    { subject: "remember", headers: { date: "Sun, 01 Jan 2040 00:01:00 +0000" } },
  ]);
  await reset();
  expect(await sentEmails()).toEqual([]);
});

test("the Worker receives, answers and rejects", async () => {
  const raw = (subject: string) => `Message-ID: <1@b.test>\r\nSubject: ${subject}\r\n\r\n?`;
  const envelope = { from: "ada@b.test", to: "clerk@a.test" };
  expect(await receiveEmail({ ...envelope, raw: raw("spam") })).toBe("no spam");
  expect(await receiveEmail({ ...envelope, raw: raw("case") })).toBeUndefined();
  expect(await sentEmails()).toMatchObject([
    { kind: "reply", to: ["ada@b.test"], headers: { "in-reply-to": "<1@b.test>" } },
  ]);
});
