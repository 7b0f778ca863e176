import { BadVector, Code } from "./errors.ts";
import { parseFilter } from "./filter.ts";
import {
  DEFAULT_TOP_K,
  MAX_BATCH,
  MAX_DIMENSIONS,
  MAX_ID_BYTES,
  MAX_IDS,
  MAX_METADATA_BYTES,
  MAX_NAMESPACE_BYTES,
  MAX_TOP_K,
  MAX_TOP_K_WHOLE,
} from "./limits.ts";
import { isPlain } from "./metadata.ts";
import type { Metadata, Search, StoredVector } from "./types.ts";

/**
 * Vectors as a program gave them, each of as many dimensions as the first.
 *
 * @throws BadVector
 */
export function checkVectors(given: unknown): StoredVector[] {
  if (!Array.isArray(given)) throw argument("vectors must be given as an array");
  if (given.length === 0) throw argument("at least one vector must be given");
  if (given.length > MAX_BATCH) {
    throw new BadVector(
      Code.BATCH,
      `at most ${MAX_BATCH} vectors can be written at once, and got ${given.length}`,
    );
  }
  let expected: number | undefined;
  return given.map((one) => {
    const vector = checkVector(one, expected);
    expected ??= vector.values.length;
    return vector;
  });
}

/**
 * Whether vectors fit an index.
 *
 * @throws BadVector
 */
export function checkDimensions(vectors: readonly StoredVector[], dimensions: number): void {
  for (const { id, values } of vectors) {
    if (values.length !== dimensions) throw otherDimensions(id, dimensions, values.length);
  }
}

function otherDimensions(id: string, expected: number, got: number): BadVector {
  return vector(
    `invalid vector for id="${id}", expected ${expected} dimensions, and got ${got} dimensions`,
  );
}

function checkVector(given: unknown, dimensions: number | undefined): StoredVector {
  if (!isPlain(given)) throw argument("a vector must be an object");
  const id = checkId(given.id);
  const values = numbersOf(given.values, (text) =>
    vector(`invalid vector for id="${id}", ${text}`),
  );
  if (dimensions !== undefined && values.length !== dimensions) {
    throw otherDimensions(id, dimensions, values.length);
  }
  if (values.length === 0 || values.length > MAX_DIMENSIONS) {
    throw vector(
      `invalid vector for id="${id}", expected 1 to ${MAX_DIMENSIONS} dimensions, and got ${values.length} dimensions`,
    );
  }
  return {
    id,
    values,
    namespace: checkNamespace(given.namespace) ?? "",
    metadata: checkMetadata(id, given.metadata),
  };
}

export function checkId(id: unknown): string {
  if (typeof id !== "string" || id === "") {
    throw new BadVector(Code.ID, "an id must be a string that is not empty");
  }
  if (Buffer.byteLength(id) > MAX_ID_BYTES) {
    throw new BadVector(
      Code.ID,
      `id too long; max is ${MAX_ID_BYTES} bytes, got ${Buffer.byteLength(id)} bytes`,
    );
  }
  // Half a character is stored as a replacement for it, and has to be found so.
  return id.toWellFormed();
}

/** @throws BadVector */
export function checkIds(ids: unknown): string[] {
  if (!Array.isArray(ids)) throw argument("ids must be given as an array");
  if (ids.length === 0) throw argument("at least one id must be given");
  if (ids.length > MAX_IDS) {
    throw new BadVector(
      Code.BATCH,
      `at most ${MAX_IDS} ids can be given at once, and got ${ids.length}`,
    );
  }
  return ids.map(checkId);
}

function checkNamespace(namespace: unknown): string | undefined {
  if (namespace === undefined || namespace === null) return undefined;
  if (typeof namespace !== "string") {
    throw new BadVector(Code.NAMESPACE, "a namespace must be a string");
  }
  if (Buffer.byteLength(namespace) > MAX_NAMESPACE_BYTES) {
    throw new BadVector(
      Code.NAMESPACE,
      `namespace too long; max is ${MAX_NAMESPACE_BYTES} bytes, got ${Buffer.byteLength(namespace)} bytes`,
    );
  }
  return namespace;
}

function checkMetadata(id: string, metadata: unknown): Metadata | undefined {
  if (metadata === undefined || metadata === null) return undefined;
  const complain = (text: string) =>
    new BadVector(Code.METADATA, `invalid metadata for id="${id}", ${text}`);
  if (!isPlain(metadata)) throw complain("expected an object");
  let text: string;
  try {
    text = JSON.stringify(metadata);
  } catch (error) {
    throw complain(error instanceof Error ? error.message : String(error));
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_METADATA_BYTES) {
    throw complain(`expected at most ${MAX_METADATA_BYTES} bytes of JSON, and got ${bytes}`);
  }
  const badKey = Object.keys(metadata).find((key) => key === "" || /^\$|["|]/.test(key));
  if (badKey !== undefined) {
    throw complain(`a key must not be empty, begin with $ or contain " or |: ${badKey}`);
  }
  return JSON.parse(text) as Metadata;
}

/**
 * The question of a query, copied.
 *
 * @throws BadVector
 */
export function checkQuestion(given: unknown): Float32Array {
  return numbersOf(
    given,
    (text) => new BadVector(Code.QUERY_VECTOR, `invalid query vector, ${text}`),
  );
}

/**
 * Whether a question fits an index.
 *
 * @throws BadVector
 */
export function checkQuestionDimensions({ length }: Float32Array, dimensions: number): void {
  if (length === dimensions) return;
  throw new BadVector(
    Code.QUERY_VECTOR,
    `invalid query vector, expected ${dimensions} dimensions, and got ${length} dimensions`,
  );
}

/** A query's options. */
export type SearchOptions = Omit<Search, "vector">;

/**
 * The options of a query.
 *
 * @throws BadVector, and a plain `Error` for a wrong `returnMetadata`, as the service's client does
 */
export function checkSearchOptions(given: unknown): SearchOptions {
  if (given !== undefined && given !== null && !isPlain(given)) {
    throw new BadVector(Code.OPTIONS, "options must be an object");
  }
  const options = isPlain(given) ? given : {};
  const returnMetadata = metadataLevel(options.returnMetadata);
  const returnValues = options.returnValues === true;
  const topK = options.topK ?? DEFAULT_TOP_K;
  const most = returnValues || returnMetadata === "all" ? MAX_TOP_K_WHOLE : MAX_TOP_K;
  if (typeof topK !== "number" || !Number.isInteger(topK) || topK < 1) {
    throw new BadVector(Code.OPTIONS, "topK must be a whole number from 1");
  }
  if (topK > most) {
    throw new BadVector(
      Code.OPTIONS,
      `topK too large; max is ${most}${most === MAX_TOP_K ? "" : " when values or all metadata are returned"}, got ${topK}`,
    );
  }
  return {
    topK,
    namespace: checkNamespace(options.namespace),
    conditions: parseFilter(options.filter),
    returnValues,
    returnMetadata,
  };
}

function metadataLevel(given: unknown): Search["returnMetadata"] {
  if (given === undefined || given === false || given === "none") return "none";
  if (given === true || given === "all") return "all";
  if (given === "indexed") return "indexed";
  throw new Error(
    `Invalid returnMetadata option. Expected: true, false, "none", "indexed" or "all"; got: ${String(given)}`,
  );
}

/** Numbers as they are stored: 32 bits, finite. */
function numbersOf(given: unknown, complain: (text: string) => BadVector): Float32Array {
  const isNumbers =
    Array.isArray(given) || given instanceof Float32Array || given instanceof Float64Array;
  if (!isNumbers) throw complain("expected an array of numbers");
  const values = new Float32Array(given.length);
  for (let index = 0; index < given.length; index++) {
    const value: unknown = given[index];
    if (typeof value !== "number" || !Number.isFinite(Math.fround(value))) {
      throw complain(`expected finite numbers, and got ${String(value)} at ${index}`);
    }
    values[index] = value;
  }
  return values;
}

function argument(text: string): BadVector {
  return new BadVector(Code.ARGUMENT, text);
}

function vector(text: string): BadVector {
  return new BadVector(Code.VECTOR, text);
}
