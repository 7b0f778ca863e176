/** A part of a file: the first and last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * What a `Range` header asks for: a part, `unsatisfiable` when it lies beyond the end, or `undefined`
 * when the whole is to be sent, as for several ranges and other units, which a server may ignore.
 */
export function byteRange(
  header: string | null,
  size: number,
): ByteRange | "unsatisfiable" | undefined {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.replace(/\s/g, "") ?? "");
  if (!found) return undefined;
  const [, from = "", to = ""] = found;
  if (from === "") return suffix(to, size);
  const first = Number(from);
  if (to !== "" && Number(to) < first) return undefined;
  if (first >= size) return "unsatisfiable";
  return { first, last: Math.min(to === "" ? size : Number(to), size - 1) };
}

function suffix(length: string, size: number): ByteRange | "unsatisfiable" | undefined {
  if (length === "") return undefined;
  if (Number(length) === 0 || size === 0) return "unsatisfiable";
  return { first: Math.max(0, size - Number(length)), last: size - 1 };
}
