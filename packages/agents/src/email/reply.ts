import type { Clock } from "../clock.ts";
import type { AgentEmail } from "../context.ts";
import type { Random } from "../random.ts";
import { emailErrors } from "./errors.ts";
import { agentHeaders, customHeaders } from "./headers.ts";
import { readHeaderText, writeMessage } from "./mime.ts";
import type { EmailIdentity, ReplyOptions } from "./types.ts";

/** What a reply needs of its surroundings. */
export interface ReplyPorts {
  readonly identity: EmailIdentity;
  readonly clock: Pick<Clock, "now">;
  readonly random: Pick<Random, "id">;
}

/** What was sent. */
export interface SentReply {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
}

/** How many ancestors of a thread a reply names. */
const MAX_REFERENCES = 20;

/**
 * Answers an e-mail, from the address it was sent to.
 *
 * @throws FreeholdError `email_secret_missing`, `invalid_email_identity`, `invalid_email_header`,
 *   `invalid_email_address`, `invalid_email_content_type`; what the platform throws.
 */
export async function sendReply(
  email: AgentEmail,
  options: ReplyOptions,
  { identity, clock, random }: ReplyPorts,
): Promise<SentReply> {
  const { secret } = options;
  if (email._secureRouted && secret === undefined) throw emailErrors.signatureExpected();
  const { from: to, to: from } = email;
  const subject = options.subject ?? (await replySubject(email.headers.get("subject")));
  const headers = new FieldList([
    ...threadHeaders(email.headers),
    ...Object.entries(await agentHeaders(identity, secret, clock)),
    ...customHeaders(options.headers),
  ]);
  const generated = `<${random.id()}@${from.slice(from.lastIndexOf("@") + 1)}>`;
  const raw = await writeMessage({
    from: { address: from, name: options.fromName ?? "" },
    to,
    subject,
    date: clock.now(),
    messageId: headers.take("message-id") ?? generated,
    headers: headers.entries,
    contentType: options.contentType ?? "text/plain",
    body: options.body,
  });
  await email.reply({ from, to, raw });
  return { from, to, subject };
}

/** `Re: ` once, before what the subject says. */
async function replySubject(original: string | null): Promise<string> {
  const text = (await readHeaderText(original ?? "")).replace(/\p{Cc}+/gu, " ").trim();
  return /^re:/i.test(text) ? text : `Re: ${text}`.trim();
}

/** Which e-mail is answered, and the thread it stands in. Only what looks like an id is passed on. */
function threadHeaders(headers: Headers): [string, string][] {
  const [id] = idsIn(headers.get("message-id"));
  if (id === undefined) return [];
  const before = idsIn(headers.get("references") ?? headers.get("in-reply-to"));
  const references = [...before.filter((each) => each !== id), id].slice(-MAX_REFERENCES);
  return [
    ["In-Reply-To", id],
    ["References", fit(references).join(" ")],
  ];
}

function idsIn(value: string | null): string[] {
  return value?.match(/<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>/g) ?? [];
}

/** The latest ids that fit into one line. */
function fit(ids: readonly string[]): string[] {
  const kept: string[] = [];
  let length = 0;
  for (const id of ids.toReversed()) {
    length += id.length + 1;
    if (length > 900) break;
    kept.unshift(id);
  }
  return kept;
}

/** Fields of which a later one takes the place of an earlier one with the same name. */
class FieldList {
  readonly #fields = new Map<string, readonly [name: string, value: string]>();

  constructor(fields: Iterable<readonly [string, string]>) {
    for (const field of fields) this.#fields.set(field[0].toLowerCase(), field);
  }

  /** Removes a field; returns its value. */
  take(name: string): string | undefined {
    const field = this.#fields.get(name);
    this.#fields.delete(name);
    return field?.[1];
  }

  get entries(): readonly (readonly [string, string])[] {
    return [...this.#fields.values()];
  }
}
