/**
 * Payloads inside of messages: which are stored apart, and what stands in their place. Pure.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { ATTACHMENT_POINTER } from "./schema.ts";

/** Bytes that a message carries, by their SHA-256. */
export interface Payload {
  readonly hash: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** A value without its payloads. */
export interface Extracted {
  readonly value: unknown;
  readonly payloads: readonly Payload[];
}

/** The media type under which bytes are stored already, if they are. */
type StoredType = (hash: string) => string | undefined;

/** A payload as it is read back. */
export interface ReadPayload {
  readonly mediaType: string;
  readonly base64: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Where an object that declares a media type may carry its bytes. */
const PLACES = ["url", "data"] as const;
const DATA_URL = /^data:([^;,]*);base64,/;

/**
 * Takes the payloads out of a value: base64 in `url` (as a `data:` URL) or `data` of an object that
 * declares a media type other than text. Only what can be put back letter for letter is taken out.
 */
export function extractPayloads(value: unknown, storedType: StoredType): Extracted {
  const payloads = new Map<string, Payload>();
  const take = (payload: Payload, exactType: boolean): string | undefined => {
    const known = payloads.get(payload.hash)?.mediaType ?? storedType(payload.hash);
    if (exactType && known !== undefined && known !== payload.mediaType) return undefined;
    if (!payloads.has(payload.hash)) {
      payloads.set(payload.hash, { ...payload, mediaType: known ?? payload.mediaType });
    }
    return ATTACHMENT_POINTER + payload.hash;
  };
  const replaced = mapObjects(value, (object) => {
    const place = PLACES.find((key) => typeof object[key] === "string");
    const { mediaType } = object;
    if (!place || typeof mediaType !== "string" || isText(mediaType)) return object;
    const pointer = pointerFor(place, object[place] as string, mediaType, take);
    return pointer === undefined ? object : { ...object, [place]: pointer };
  });
  return { value: replaced, payloads: [...payloads.values()] };
}

/** Puts payloads back where pointers stand. A pointer to what `read` does not give stays. */
export function insertPayloads(
  value: unknown,
  read: (hash: string) => ReadPayload | undefined,
): unknown {
  return mapObjects(value, (object) => {
    const place = PLACES.find((key) => hashOf(object[key]) !== undefined);
    const payload = place && read(hashOf(object[place]) ?? "");
    if (!payload) return object;
    const { base64, mediaType } = payload;
    return { ...object, [place]: place === "url" ? `data:${mediaType};base64,${base64}` : base64 };
  });
}

function pointerFor(
  place: (typeof PLACES)[number],
  text: string,
  mediaType: string,
  take: (payload: Payload, exactType: boolean) => string | undefined,
): string | undefined {
  if (place === "data") return pointerTo(text, mediaType, (payload) => take(payload, false));
  const [head, type] = DATA_URL.exec(text) ?? [];
  if (head === undefined || type === undefined || isText(type)) return undefined;
  return pointerTo(text.slice(head.length), type, (payload) => take(payload, true));
}

function pointerTo(
  base64: string,
  mediaType: string,
  take: (payload: Payload) => string | undefined,
): string | undefined {
  const bytes = Buffer.from(base64, "base64");
  // Anything but the one way to write these bytes would not come back as it was.
  if (bytes.toString("base64") !== base64) return undefined;
  return take({ hash: createHash("sha256").update(bytes).digest("hex"), mediaType, bytes });
}

function isText(mediaType: string): boolean {
  return mediaType.startsWith("text/");
}

function hashOf(value: unknown): string | undefined {
  if (typeof value !== "string" || !value.startsWith(ATTACHMENT_POINTER)) return undefined;
  return value.slice(ATTACHMENT_POINTER.length);
}

/** A copy in which `change` was applied to each object; the same value where nothing changed. */
function mapObjects(value: unknown, change: (object: Fields) => Fields): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => mapObjects(item, change));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).map(
    ([key, item]) => [key, mapObjects(item, change)] as const,
  );
  const same = entries.every(([key, item]) => item === value[key]);
  return change(same ? value : Object.fromEntries(entries));
}

/** Objects that JSON writes field by field; others, such as dates, write themselves. */
function isPlain(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !("toJSON" in value);
}
