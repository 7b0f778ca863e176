import type { OutgoingEmail } from "./email.ts";

/** A message as people read it. */
export interface ReadEmail {
  /** As its `From` says: `Ada <ada@example.com>`. */
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  /** Without trailing line ends. `undefined` when it has none. */
  readonly text: string | undefined;
  readonly html: string | undefined;
  /** By name in lower case; of several the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly ReadAttachment[];
}

export interface ReadAttachment {
  readonly filename: string | undefined;
  readonly type: string;
  /** `attachment`, `inline`, or what else the message says. */
  readonly disposition: string | undefined;
  /** With its angle brackets. */
  readonly contentId: string | undefined;
  readonly content: Uint8Array;
}

/** Reads the text of a message. */
export async function readEmail(raw: OutgoingEmail["raw"]): Promise<ReadEmail> {
  const { default: PostalMime } = await import("postal-mime");
  const read = await PostalMime.parse(raw);
  return {
    from: read.from === undefined ? "" : (written([read.from])[0] ?? ""),
    to: written(read.to),
    cc: written(read.cc),
    replyTo: written(read.replyTo),
    subject: read.subject ?? "",
    text: read.text?.replace(/(?:\r?\n)+$/, ""),
    html: read.html?.replace(/(?:\r?\n)+$/, ""),
    headers: Object.fromEntries(read.headers.map(({ key, value }) => [key, value])),
    attachments: read.attachments.map((part) => ({
      filename: part.filename ?? undefined,
      type: part.mimeType,
      disposition: part.disposition ?? undefined,
      contentId: part.contentId,
      content: bytesOf(part.content),
    })),
  };
}

interface Someone {
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  readonly group?: readonly Someone[] | undefined;
}

function written(people: readonly Someone[] = []): readonly string[] {
  return people.flatMap(({ name, address, group }) => {
    if (group !== undefined) return written(group);
    return [name ? `${name} <${address ?? ""}>` : (address ?? "")];
  });
}

function bytesOf(content: ArrayBuffer | Uint8Array | string): Uint8Array {
  if (typeof content === "string") return new TextEncoder().encode(content);
  return new Uint8Array(content);
}
