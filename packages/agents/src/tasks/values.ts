import { messageOf } from "../errors.ts";
import { TaskSerializationError } from "./contract-errors.ts";

/** Largest JSON text of one value, in bytes of UTF-8: 1 MiB. */
export const MAX_SERIALIZED_BYTES = 1_048_576;

const encoder = new TextEncoder();

/**
 * The JSON text that is stored for a value; null stands for undefined. `context` names it in errors.
 *
 * @throws TaskSerializationError
 */
export function serialize(value: unknown, context: string): string | null {
  if (value === undefined) return null;
  const text = stringify(value, context);
  if (text === undefined) {
    throw new TaskSerializationError(
      context,
      `value of type ${typeof value} has no JSON representation`,
    );
  }
  // A UTF-16 unit takes at most three bytes, so most texts need no counting.
  if (text.length * 3 > MAX_SERIALIZED_BYTES) {
    const bytes = encoder.encode(text).byteLength;
    if (bytes > MAX_SERIALIZED_BYTES) {
      throw new TaskSerializationError(
        context,
        `serialized size ${bytes} bytes exceeds the ${MAX_SERIALIZED_BYTES}-byte limit`,
      );
    }
  }
  return text;
}

/** The value of a stored JSON text. @throws TaskSerializationError when it is not JSON. */
export function deserialize(text: string | null, context: string): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TaskSerializationError(
      context,
      `its stored JSON cannot be read: ${messageOf(error)}`,
    );
  }
}

function stringify(value: unknown, context: string): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw new TaskSerializationError(context, messageOf(error));
  }
}
