import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  FreeholdError,
  type KeptEmail,
  listMailbox,
  type ReadEmail,
  readEmail,
} from "@freehold/host";
import { readFreeholdConfig } from "../config.ts";
import { findProject } from "../project.ts";
import { colors } from "./colors.ts";
import { countOf } from "./flags.ts";
import type { ProjectFlags } from "./start.ts";

interface MailFlags extends ProjectFlags {
  readonly data?: string;
  readonly json?: boolean;
  readonly raw?: boolean;
  readonly limit?: string;
}

const LISTED = 50;

/** `freehold mail`: what was sent into the local mailbox, whether the host runs or not. */
export async function mailCommand(
  verb: string | undefined,
  id: string | undefined,
  flags: MailFlags,
): Promise<void> {
  const project = findProject(process.cwd(), flags.config);
  const own = await readFreeholdConfig(project.root);
  const data = resolve(project.root, flags.data ?? own.dataDirectory ?? ".freehold");
  const kept = await listMailbox(data);
  if (verb === undefined || verb === "list") return list(kept, flags);
  if (verb === "show") return show(kept, id, flags);
  throw new FreeholdError("VERB_UNKNOWN", `There is no \`freehold mail ${verb}\`.`, {
    help: "Use list or show.",
  });
}

function list(kept: readonly KeptEmail[], { limit, json }: MailFlags): void {
  const chosen = kept.slice(-(countOf("limit", limit) ?? LISTED));
  if (json) console.log(JSON.stringify(chosen, null, 2));
  else if (chosen.length === 0) console.log("None.");
  else for (const email of chosen) console.log(line(email));
}

function line({ id, time, kind, from, to, subject }: KeptEmail): string {
  const [first = "", ...others] = to;
  const recipients = others.length === 0 ? first : `${first} and ${others.length} more`;
  return printable(
    [
      String(id).padStart(4),
      new Date(time).toISOString(),
      kind.padEnd(7),
      `${from} → ${recipients}`,
      subject,
    ].join("  "),
  );
}

async function show(
  kept: readonly KeptEmail[],
  id: string | undefined,
  { raw, json }: MailFlags,
): Promise<void> {
  const email = kept.find((one) => String(one.id) === id);
  if (email === undefined) {
    throw new FreeholdError(
      "EMAIL_UNKNOWN",
      `The mailbox has no message ${id ?? "without a number"}.`,
      {
        help: "Take a number that `freehold mail list` shows.",
      },
    );
  }
  const bytes = await readFile(email.file);
  if (raw) {
    process.stdout.write(bytes);
    return;
  }
  const read = await readEmail(bytes);
  console.log(
    json ? JSON.stringify({ ...email, ...withoutContents(read) }, null, 2) : text(email, read),
  );
}

function withoutContents({ attachments, ...read }: ReadEmail): object {
  const listed = attachments.map(({ content, ...file }) => ({
    ...file,
    bytes: content.byteLength,
  }));
  return { ...read, attachments: listed };
}

function text(email: KeptEmail, read: ReadEmail): string {
  const rows: [string, string][] = [
    ["From", read.from],
    ["To", read.to.join(", ")],
    ["Cc", read.cc.join(", ")],
    ["Envelope", `${email.from} → ${email.to.join(", ")}`],
    ["Subject", read.subject],
    ["Sent", new Date(email.time).toISOString()],
    ["File", email.file],
    ...read.attachments.map(({ filename, type, content }): [string, string] => [
      "Attached",
      `${filename ?? "unnamed"} (${type}, ${content.byteLength} bytes)`,
    ]),
  ];
  const head = rows
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${colors.dim(name.padEnd(9))} ${printable(value)}`);
  const body = read.text ?? read.html ?? "";
  return [...head, "", ...body.split(/\r?\n/).map(printable)].join("\n");
}

/** A message may hold what moves a terminal's cursor, or worse. */
function printable(value: string): string {
  return value.replace(/[^\t\P{Cc}]/gu, "�");
}
