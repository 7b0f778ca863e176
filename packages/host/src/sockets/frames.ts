/** RFC 6455, section 5.2: a whole message in one frame. */
const TEXT_FRAME = 0x81;
const BINARY_FRAME = 0x82;
/** A length of so many bytes stands in the second byte itself. */
const MAX_SHORT = 125;
const MAX_MEDIUM = 0xffff;
const MEDIUM = 126;
const LONG = 127;

let lastText: string | undefined;
let lastFrame: Buffer | undefined;

/**
 * A message as a server sends it: unmasked, not compressed, header and payload in one buffer. Nobody
 * may write to it: the same text to many peers is one buffer, until {@link forgetFrames}.
 */
export function serverFrame(data: string | Uint8Array): Buffer {
  if (typeof data !== "string") return encode(data);
  if (data !== lastText || lastFrame === undefined) {
    lastText = data;
    lastFrame = encode(data);
  }
  return lastFrame;
}

/** Lets go of the text that was encoded last. */
export function forgetFrames(): void {
  lastText = undefined;
  lastFrame = undefined;
}

function encode(data: string | Uint8Array): Buffer {
  const isText = typeof data === "string";
  const length = isText ? Buffer.byteLength(data) : data.length;
  const header = length <= MAX_SHORT ? 2 : length <= MAX_MEDIUM ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = isText ? TEXT_FRAME : BINARY_FRAME;
  if (length <= MAX_SHORT) {
    frame[1] = length;
  } else if (length <= MAX_MEDIUM) {
    frame[1] = MEDIUM;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = LONG;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(length, 6);
  }
  if (isText) frame.write(data, header);
  else frame.set(data, header);
  return frame;
}
