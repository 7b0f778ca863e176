import { appendFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Logger } from "../log.ts";
import type { EmailTransport, OutgoingEmail } from "./email.ts";
import { headerIn, headOf } from "./head.ts";

/** A message in a local mailbox. */
export interface KeptEmail extends Omit<OutgoingEmail, "raw"> {
  /** Grows by one with each message. */
  readonly id: number;
  /** When it was sent, in milliseconds since the epoch. */
  readonly time: number;
  readonly subject: string;
  /** Size of the message. */
  readonly bytes: number;
  /** Absolute path of the message, an `.eml` file. */
  readonly file: string;
}

export interface MailboxOptions {
  /** The host's data directory. */
  readonly dataDirectory: string;
  readonly clock: Pick<Clock, "now">;
  readonly log?: Logger;
  /** The log says of each message where it is. Default false: of the first, that it reaches nobody. */
  readonly development?: boolean;
  /** Most messages that are kept. Default 1,000; then the oldest go. */
  readonly messages?: number;
  /** Most bytes that are kept. Default 256 MiB; then the oldest go. */
  readonly bytes?: number;
}

const FOLDER = "mail";
const INDEX = "index.jsonl";
const MESSAGES = 1000;
const BYTES = 256 * 1024 * 1024;
/** Mail is its owner's business. */
const OWNER_ONLY = 0o700;
const MAX_SUBJECT = 998;
const REACHES_NOBODY =
  "E-mail reaches nobody: no transport is configured, and it stays in the local mailbox.";

type Entry = Omit<KeptEmail, "file">;

/**
 * A mailbox in the data directory: nothing leaves the machine. Each message is an `.eml` file in
 * `mail`, and a line of `mail/index.jsonl`.
 */
export function localMailbox(options: MailboxOptions): EmailTransport {
  const mailbox = new LocalMailbox(options);
  return { send: (email) => mailbox.send(email), close: () => mailbox.idle() };
}

class LocalMailbox {
  readonly #options: MailboxOptions;
  readonly #folder: string;
  #entries: readonly Entry[] | undefined;
  #hasWarned = false;
  /** Messages are written one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: MailboxOptions) {
    this.#options = options;
    this.#folder = join(options.dataDirectory, FOLDER);
  }

  async idle(): Promise<void> {
    await this.#last;
  }

  send(email: OutgoingEmail): Promise<void> {
    const done = this.#last.then(() => this.#keep(email));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #keep({ raw, ...email }: OutgoingEmail): Promise<void> {
    const before = this.#entries ?? (await this.#open());
    const id = (before.at(-1)?.id ?? 0) + 1;
    const subject = await subjectOf(raw);
    const entry: Entry = {
      ...{ id, time: this.#options.clock.now(), ...email, subject, bytes: raw.byteLength },
    };
    const file = fileOf(this.#folder, id);
    await writeFile(file, raw, { flush: true });
    const entries = [...before, entry];
    const kept = within(entries, this.#options);
    if (kept.length === entries.length) {
      await appendFile(join(this.#folder, INDEX), lineOf(entry), { flush: true });
    } else {
      await this.#rewrite(kept);
    }
    this.#entries = kept;
    const gone = entries.slice(0, entries.length - kept.length);
    for (const old of gone) await rm(fileOf(this.#folder, old.id), { force: true });
    this.#tell({ to: email.to.join(", "), subject, file });
  }

  #tell(email: { readonly to: string; readonly subject: string; readonly file: string }): void {
    const { log, development } = this.#options;
    if (development) log?.info("An email is in the local mailbox.", email);
    else if (!this.#hasWarned) log?.warn(REACHES_NOBODY, { folder: this.#folder });
    this.#hasWarned = true;
  }

  async #open(): Promise<readonly Entry[]> {
    await mkdir(this.#folder, { recursive: true, mode: OWNER_ONLY });
    const found = await readIndex(this.#folder);
    // Half of a last line, left by a crash, would spoil the next one.
    await this.#rewrite(found);
    return found;
  }

  async #rewrite(entries: readonly Entry[]): Promise<void> {
    const file = join(this.#folder, INDEX);
    await writeFile(`${file}.new`, entries.map(lineOf).join(""), { flush: true });
    await rename(`${file}.new`, file);
  }
}

/** The youngest messages that the mailbox has room for, and the last one in any case. */
function within(
  entries: readonly Entry[],
  { messages = MESSAGES, bytes = BYTES }: Pick<MailboxOptions, "messages" | "bytes">,
): readonly Entry[] {
  let first = Math.max(0, entries.length - Math.max(1, messages));
  let total = entries.slice(first).reduce((sum, entry) => sum + entry.bytes, 0);
  while (total > bytes && first < entries.length - 1) {
    total -= entries[first]?.bytes ?? 0;
    first += 1;
  }
  return entries.slice(first);
}

/** What the local mailbox of a data directory holds, the oldest first. */
export async function listMailbox(dataDirectory: string): Promise<readonly KeptEmail[]> {
  const folder = join(dataDirectory, FOLDER);
  const entries = await readIndex(folder);
  return entries.map((entry) => ({ ...entry, file: fileOf(folder, entry.id) }));
}

async function readIndex(folder: string): Promise<readonly Entry[]> {
  const text = await readFile(join(folder, INDEX), "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  });
  return text.split("\n").flatMap((line) => entryOf(line) ?? []);
}

function entryOf(line: string): Entry | undefined {
  if (line === "") return undefined;
  try {
    const value: unknown = JSON.parse(line);
    const isEntry =
      typeof value === "object" && value !== null && Number.isSafeInteger(Reflect.get(value, "id"));
    return isEntry ? (value as Entry) : undefined;
  } catch {
    // A crash may leave half of the last line.
    return undefined;
  }
}

function lineOf(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

function fileOf(folder: string, id: number): string {
  return join(folder, `${id}.eml`);
}

async function subjectOf(raw: Uint8Array): Promise<string> {
  const subject = headerIn(headOf(raw), "subject") ?? "";
  const { decodeWords } = await import("postal-mime");
  return decodeWords(Buffer.from(subject, "latin1").toString("utf8"))
    .replace(/\p{Cc}/gu, " ")
    .slice(0, MAX_SUBJECT);
}
