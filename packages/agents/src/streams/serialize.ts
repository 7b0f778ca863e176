import { messageOf } from "../errors.ts";
import { StreamSerializationError } from "./contract-errors.ts";

const encoder = new TextEncoder();

/**
 * The JSON of a value.
 *
 * @param context What it is, for the error: `chunk for stream "x"`.
 * @throws StreamSerializationError when JSON cannot carry it, or it has more than `maxBytes`
 */
export function serialize(value: unknown, context: string, maxBytes: number): string {
  if (value === undefined) {
    throw new StreamSerializationError(context, "chunks must not be undefined");
  }
  const json = jsonOf(value, context);
  if (json === undefined) {
    const detail = `value of type ${typeof value} has no JSON representation`;
    throw new StreamSerializationError(context, detail);
  }
  // No text has more than 3 bytes a code unit, so most need no counting.
  const bytes = json.length * 3 <= maxBytes ? 0 : encoder.encode(json).byteLength;
  if (bytes <= maxBytes) return json;
  const detail = `serialized size ${bytes} bytes exceeds the ${maxBytes}-byte limit`;
  throw new StreamSerializationError(context, detail);
}

function jsonOf(value: unknown, context: string): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined;
  } catch (error) {
    throw new StreamSerializationError(context, messageOf(error));
  }
}
