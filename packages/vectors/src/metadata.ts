import { INDEXED_TEXT_BYTES, MAX_METADATA_INDEXES } from "./limits.ts";
import type { IndexConfig, Metadata, MetadataIndex, PropertyType, Scalar } from "./types.ts";

/** One value that a vector can be found by. */
export interface IndexedValue {
  readonly property: string;
  readonly value: Scalar;
}

/** Why a metadata index cannot be added to others, as an error is made: code, text, help. */
export function indexProblem(
  indexes: readonly MetadataIndex[],
  { property }: MetadataIndex,
): readonly [code: string, message: string, help: string] | undefined {
  const same = indexes.find((one) => one.property === property);
  if (same !== undefined) {
    return [
      "VECTORS_INDEX_EXISTS",
      `"${property}" is indexed already, as a ${same.type}.`,
      "Delete that metadata index first.",
    ];
  }
  if (indexes.length < MAX_METADATA_INDEXES) return undefined;
  return [
    "VECTORS_CONFIG_INVALID",
    `An index has at most ${MAX_METADATA_INDEXES} metadata indexes.`,
    "Delete one that no filter asks for.",
  ];
}

/** Whether there is the very index already. */
export function hasIndex(
  indexes: readonly MetadataIndex[],
  { property, type }: MetadataIndex,
): boolean {
  return indexes.some((one) => one.property === property && one.type === type);
}

/** The values of a vector's metadata that filters can ask for. */
export function indexedValues(
  metadata: Metadata | undefined,
  config: Pick<IndexConfig, "filterable">,
  indexes: readonly MetadataIndex[],
): IndexedValue[] {
  if (metadata === undefined) return [];
  if (config.filterable === "all") return [...scalarsOf(metadata, "")];
  return indexes.flatMap(({ property, type }) => {
    const value = valueAt(metadata, property);
    return isOfType(value, type) ? [{ property, value: comparable(value) }] : [];
  });
}

/** The metadata of which `returnMetadata: "indexed"` speaks. */
export function indexedMetadata(
  metadata: Metadata | undefined,
  config: Pick<IndexConfig, "filterable">,
  indexes: readonly MetadataIndex[],
): Metadata {
  const values = indexedValues(metadata, config, indexes);
  return Object.fromEntries(values.map(({ property, value }) => [property, value]));
}

/** A value at a key of the metadata, or at a path with dots through objects. */
function valueAt(metadata: Metadata, property: string): unknown {
  if (Object.hasOwn(metadata, property)) return metadata[property];
  let value: unknown = metadata;
  for (const key of property.split(".")) {
    if (!isPlain(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

function* scalarsOf(metadata: Metadata, path: string): Generator<IndexedValue> {
  for (const [key, value] of Object.entries(metadata)) {
    const property = path + key;
    if (isScalar(value)) yield { property, value: comparable(value) };
    else if (isPlain(value)) yield* scalarsOf(value, `${property}.`);
  }
}

/** Text is compared by its first bytes, whole characters only. */
export function comparable<T extends Scalar>(value: T): T {
  return (typeof value === "string" ? cut(value) : value) as T;
}

function cut(text: string): string {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= INDEXED_TEXT_BYTES) return text;
  let end = INDEXED_TEXT_BYTES;
  // The bytes after the first of a character begin with the bits 10.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end);
}

function isOfType(value: unknown, type: PropertyType): value is Scalar {
  return typeof value === type;
}

export function isScalar(value: unknown): value is Scalar {
  return ["string", "number", "boolean"].includes(typeof value);
}

export function isPlain(value: unknown): value is Metadata {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
