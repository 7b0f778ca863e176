import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLogger } from "../log.ts";
import type { OutgoingEmail } from "./email.ts";
import { listMailbox, localMailbox, type MailboxOptions } from "./mailbox.ts";

let dataDirectory: string;
beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), "freehold-mail-"));
});
afterEach(() => rmSync(dataDirectory, { recursive: true }));

const clock = { now: () => Date.UTC(2040, 0, 1) };
const open = (options: Partial<MailboxOptions> = {}) =>
  localMailbox({ dataDirectory, clock, ...options });

function email(text: string, subject = "S"): OutgoingEmail {
  return {
    ...{ kind: "send", binding: "EMAIL", messageId: "<1@a.test>" },
    ...{ from: "bot@a.test", to: ["ada@b.test"] },
    raw: Buffer.from(`Subject: ${subject}\r\n\r\n${text}`),
  };
}

test("a message is a file and a line of the index", async () => {
  const lines: string[] = [];
  const log = createLogger({ ...clock, pretty: false, write: (line) => lines.push(line) });
  const mailbox = open({ log, development: true });
  await mailbox.send(email("first", "=?utf-8?q?Gr=C3=BC=C3=9Fe?="));
  await mailbox.send(email("second"));
  await mailbox.close?.();
  const file = join(dataDirectory, "mail", "1.eml");
  expect(await listMailbox(dataDirectory)).toEqual([
    {
      ...{ id: 1, time: clock.now(), kind: "send", binding: "EMAIL", messageId: "<1@a.test>" },
      ...{ from: "bot@a.test", to: ["ada@b.test"], subject: "Grüße", bytes: 45, file },
    },
    expect.objectContaining({ id: 2, subject: "S" }),
  ]);
  expect(readFileSync(file, "utf8")).toMatch(/\r\n\r\nfirst$/);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: "info", message: "An email is in the local mailbox.", subject: "Grüße", file },
    { subject: "S" },
  ]);
  expect(statSync(join(dataDirectory, "mail")).mode & 0o777).toBe(0o700);
});

test("in production the log says once that nobody gets them, and nothing of them", async () => {
  const lines: string[] = [];
  const log = createLogger({ ...clock, pretty: false, write: (line) => lines.push(line) });
  const mailbox = open({ log });
  await mailbox.send(email("first", "secret"));
  await mailbox.send(email("second", "secret"));
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: "warn", message: expect.stringMatching(/^E-mail reaches nobody/) },
  ]);
  expect(lines.join()).not.toContain("secret");
});

test("the oldest messages go, and numbers go on", async () => {
  const mailbox = open({ messages: 2 });
  await Promise.all(["a", "b", "c"].map((text) => mailbox.send(email(text))));
  await open({ messages: 2 }).send(email("d"));
  expect((await listMailbox(dataDirectory)).map(({ id }) => id)).toEqual([3, 4]);
  expect(existsSync(join(dataDirectory, "mail", "2.eml"))).toBe(false);
  const small = open({ bytes: 95 });
  await small.send(email("e".repeat(70)));
  expect((await listMailbox(dataDirectory)).map(({ id }) => id)).toEqual([5]);
  await small.send(email("f".repeat(200)));
  expect((await listMailbox(dataDirectory)).map(({ id }) => id)).toEqual([6]);
});

test("half of a line, as a crash leaves it, costs that line alone", async () => {
  await open().send(email("a"));
  const index = join(dataDirectory, "mail", "index.jsonl");
  appendFileSync(index, '{"id":2,"ti');
  expect((await listMailbox(dataDirectory)).map(({ id }) => id)).toEqual([1]);
  await open().send(email("b"));
  expect((await listMailbox(dataDirectory)).map(({ id }) => id)).toEqual([1, 2]);
});

test("nothing was sent where there is no mailbox", async () => {
  expect(await listMailbox(dataDirectory)).toEqual([]);
});
