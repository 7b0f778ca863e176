import { domainOf } from "./addresses.ts";
import { emailErrors } from "./contract-errors.ts";
import { type HeaderLine, headerIn } from "./head.ts";

/** A message that a program wrote itself. */
export interface Written {
  /** The envelope's sender. */
  readonly from: string;
  readonly head: readonly HeaderLine[];
}

/**
 * What every message must have that a program wrote itself: an id, and a sender that is the
 * envelope's; and no `Received`, which only mail servers write.
 *
 * @returns the message's id
 * @throws Error with the contract's texts
 */
export async function checkWritten({ from, head }: Written): Promise<string> {
  const messageId = headerIn(head, "message-id")?.trim();
  if (!messageId) throw emailErrors.noMessageId();
  if ((await firstAddress(headerIn(head, "from") ?? "")) !== from) throw emailErrors.fromMismatch();
  if (headerIn(head, "received") !== undefined) throw emailErrors.headersNotAllowed();
  return messageId;
}

async function firstAddress(header: string): Promise<string | undefined> {
  const { addressParser } = await import("postal-mime");
  const [first] = addressParser(header, { flatten: true });
  return first?.address;
}

/** Automatic mail must not be answered, or two machines write to each other for ever. */
const MAX_REFERENCES = 100;

/** Whether a message may be answered at all. */
export function isReplyable(from: string, head: readonly HeaderLine[]): boolean {
  const submitted = headerIn(head, "auto-submitted")?.trim().toLowerCase() ?? "no";
  const isAutomatic =
    submitted !== "no" || headerIn(head, "x-auto-response-suppress") !== undefined;
  const hasSender = from.replace(/[<>]/g, "").trim() !== "";
  return hasSender && !isAutomatic && idsIn(headerIn(head, "references")).length <= MAX_REFERENCES;
}

/**
 * A reply stays in the thread of the message that it answers.
 *
 * @throws Error with the contract's texts
 */
export function checkThread(reply: readonly HeaderLine[], original: readonly HeaderLine[]): void {
  const id = headerIn(original, "message-id")?.trim();
  if (!id) return;
  const inReplyTo = headerIn(reply, "in-reply-to")?.trim();
  if (inReplyTo === undefined) throw emailErrors.noInReplyTo();
  if (inReplyTo !== id) throw emailErrors.otherInReplyTo();
  const references = idsIn(headerIn(reply, "references"));
  if (references.length > 0 && !references.includes(id)) throw emailErrors.otherReferences();
}

/** The headers by which a reply stays in its thread. */
export function threadHeaders(original: readonly HeaderLine[]): readonly HeaderLine[] {
  const [id] = idsIn(headerIn(original, "message-id"));
  if (id === undefined) return [];
  const before = idsIn(headerIn(original, "references") ?? headerIn(original, "in-reply-to"));
  const references = [...before.filter((each) => each !== id).slice(1 - MAX_THREAD), id];
  return [
    ["In-Reply-To", id],
    ["References", references.join(" ")],
  ];
}

/** How many ancestors a reply names. */
const MAX_THREAD = 20;

function idsIn(header: string | undefined): readonly string[] {
  return header?.match(/<[^<>\s]{1,250}>/g) ?? [];
}

/** An id for a message that has none, so that it can be told from others. */
export function makeMessageId(bytes: Uint8Array, address: string): string {
  return `<${Buffer.from(bytes).toString("hex")}@${domainOf(address)}>`;
}
