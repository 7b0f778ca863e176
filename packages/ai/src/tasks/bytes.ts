import { AiInternalError, InferenceUpstreamError } from "../ai-errors.ts";
import { isObject } from "./chat-input.ts";

const MOST_BYTES = 25 * 1024 * 1024;
const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** Bytes as programs give them. */
export interface Media {
  readonly bytes: Uint8Array;
  readonly mediaType: string | undefined;
}

/**
 * Reads sound or a picture: an array of numbers, bytes, a text in base64 (a data URL, too), or
 * `{ body: ReadableStream, contentType }`.
 *
 * @throws InferenceUpstreamError 5004, 5006, 3006
 * @throws AiInternalError
 */
export async function mediaOf(given: unknown): Promise<Media> {
  if (isObject(given) && given.body instanceof ReadableStream) {
    const { contentType } = given;
    if (typeof contentType !== "string") {
      throw new AiInternalError("Content-Type is required with ReadableStream inputs");
    }
    const bytes = new Uint8Array(await new Response(given.body).arrayBuffer());
    return { bytes: bounded(bytes), mediaType: contentType };
  }
  if (given instanceof Uint8Array) return { bytes: bounded(given), mediaType: undefined };
  if (given instanceof ArrayBuffer) {
    return { bytes: bounded(new Uint8Array(given)), mediaType: undefined };
  }
  if (Array.isArray(given)) {
    return { bytes: bounded(Uint8Array.from(given as number[])), mediaType: undefined };
  }
  if (typeof given !== "string") {
    throw new InferenceUpstreamError("BAD_INPUT", "expected bytes or a text in base64");
  }
  const [, mediaType, data] = /^data:([^;,]+)?[^,]*,(.*)$/s.exec(given) ?? [];
  const text = data ?? given;
  if (!BASE64.test(text)) throw new InferenceUpstreamError("BAD_BASE64", "the base64 is not valid");
  return { bytes: bounded(Buffer.from(text, "base64")), mediaType };
}

function bounded(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength <= MOST_BYTES) return bytes;
  throw new InferenceUpstreamError("TOO_LARGE", `at most ${MOST_BYTES} bytes are taken`);
}
