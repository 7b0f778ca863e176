import { MAX_EMAIL_BYTES } from "./email.ts";
import { refusals } from "./errors.ts";

const HELP = "Give the message as text, bytes or a stream of bytes.";

/**
 * The bytes of a message that a program wrote itself, copied.
 *
 * @throws FreeholdError `E_CONTENT_TOO_LARGE`, `E_VALIDATION_ERROR`; what a stream fails with.
 */
export async function readRaw(raw: unknown): Promise<Uint8Array> {
  if (raw instanceof ReadableStream) return readStream(raw as ReadableStream<unknown>);
  const bytes = bytesOf(raw);
  if (bytes === undefined) throw refusals.invalid("its raw text is missing", HELP);
  return bytes;
}

/**
 * Text or bytes as bytes of their own; `undefined` for anything else.
 *
 * @throws FreeholdError `E_CONTENT_TOO_LARGE`
 */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (typeof value === "string") {
    if (value.length > MAX_EMAIL_BYTES) throw refusals.tooLarge();
    return checked(Buffer.from(value, "utf8"));
  }
  if (value instanceof ArrayBuffer) return checked(new Uint8Array(value)).slice();
  if (!ArrayBuffer.isView(value)) return undefined;
  return checked(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)).slice();
}

async function readStream(stream: ReadableStream<unknown>): Promise<Uint8Array> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    const chunk = bytesOf(value);
    length += chunk?.byteLength ?? 0;
    if (chunk !== undefined && length <= MAX_EMAIL_BYTES) {
      chunks.push(chunk);
      continue;
    }
    const error =
      chunk === undefined
        ? refusals.invalid("its stream is not one of bytes", HELP)
        : refusals.tooLarge();
    await reader.cancel(error);
    throw error;
  }
}

function checked(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength > MAX_EMAIL_BYTES) throw refusals.tooLarge();
  return bytes;
}
