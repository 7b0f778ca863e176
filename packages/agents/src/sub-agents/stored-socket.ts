import { type Attachment, readAttachment } from "../connections/attachment.ts";
import { ConnectionFlag } from "../schema.ts";
import type { SocketMeta } from "./facet.ts";

/** What is stored with a socket to a sub-agent. */
export interface StoredSocket {
  /** Id and tags in the outermost agent. */
  readonly pk: Attachment["__pk"];
  /** URL of the upgrade request, which says whose the socket is. */
  readonly url: string;
  /** What the sub-agent keeps with it. */
  readonly kept: Omit<SocketMeta, "id" | "uri">;
}

/** Reads an attachment; undefined for a socket of the agent's own. */
export function readStored(raw: unknown): StoredSocket | undefined {
  const attachment = readAttachment(raw);
  if (typeof attachment?.__user !== "object" || !attachment.__user) return undefined;
  const {
    [ConnectionFlag.SUB_AGENT_URL]: url,
    [ConnectionFlag.SUB_AGENT_TAGS]: tags,
    ...kept
  } = attachment.__user as Record<string, unknown>;
  if (typeof url !== "string") return undefined;
  const pk = attachment.__pk;
  const own = Array.isArray(tags) ? (tags as string[]) : [pk.id];
  const isEmpty = Object.keys(kept).length === 0;
  if (!("__value" in attachment)) {
    return { pk, url, kept: { tags: own, user: isEmpty ? null : kept } };
  }
  const value = attachment.__value;
  return {
    pk,
    url,
    kept: isEmpty ? { tags: own, user: value } : { tags: own, user: kept, value: value },
  };
}

/** The reverse of {@link readStored}. */
export function storedAttachment({ kept, pk, url }: StoredSocket): Attachment {
  const { tags, user } = kept;
  const isObject = typeof user === "object" && !Array.isArray(user);
  const marks = { [ConnectionFlag.SUB_AGENT_URL]: url, [ConnectionFlag.SUB_AGENT_TAGS]: tags };
  if (!isObject) return { __pk: pk, __user: marks, __value: user };
  const stored = { __pk: pk, __user: { ...user, ...marks } };
  return "value" in kept ? { ...stored, __value: kept.value } : stored;
}

/** What a sub-agent keeps, of the attachment that it stored with its end. */
export function keptOf(attachment: unknown): StoredSocket["kept"] | undefined {
  const read = readAttachment(attachment);
  if (!read) return undefined;
  const kept = { tags: read.__pk.tags, user: read.__user };
  return "__value" in read ? { ...kept, value: read.__value } : kept;
}
