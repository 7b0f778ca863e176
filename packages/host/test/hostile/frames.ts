import { MESSAGE_BYTES } from "./limits.ts";

/** A frame as somebody may send it, right or wrong. */
export interface Frame {
  readonly fin: boolean;
  /** Three bits. */
  readonly reserved: number;
  /** Four bits. */
  readonly opcode: number;
  readonly masked: boolean;
  /** How its length is set down; `shortest` is the only right one. */
  readonly form: "shortest" | "16 bits" | "64 bits";
  /** What its length is said to be, when that is not true. */
  readonly claims?: bigint | undefined;
  readonly payload: Uint8Array;
}

export const OPCODE = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** The frame as it is on the wire. Its mask is made of its payload's length. */
export function encode(frame: Frame): Buffer {
  const { payload, masked } = frame;
  const length = frame.claims ?? BigInt(payload.length);
  const size = lengthField(length, frame.form);
  const first = (frame.fin ? 0x80 : 0) | (frame.reserved << 4) | frame.opcode;
  size[0] = (size[0] as number) | (masked ? 0x80 : 0);
  if (!masked) return Buffer.concat([Buffer.from([first]), size, payload]);
  const mask = Buffer.from([payload.length & 255, 0xa5, 0x3c, 0x77]);
  const hidden = payload.map((byte, index) => byte ^ (mask[index % 4] as number));
  return Buffer.concat([Buffer.from([first]), size, mask, hidden]);
}

function lengthField(length: bigint, form: Frame["form"]): Buffer {
  if (form === "64 bits" || length > 0xffffn) {
    const field = Buffer.alloc(9);
    field[0] = 127;
    field.writeBigUInt64BE(BigInt.asUintN(64, length), 1);
    return field;
  }
  if (form === "16 bits" || length > 125n) {
    const field = Buffer.from([126, 0, 0]);
    field.writeUInt16BE(Number(length), 1);
    return field;
  }
  return Buffer.from([Number(length)]);
}

/** What a server has to make of a stream of bytes. */
export interface Verdict {
  /** Complete messages, in order. */
  readonly messages: readonly { readonly isText: boolean; readonly data: Buffer }[];
  readonly pings: readonly Buffer[];
  /** The code of the Close that it sends; nothing when it has to wait for more. */
  readonly close: number | undefined;
}

/** Reads a stream as RFC 6455 says, one frame at a time, without compression. */
export function judge(stream: Buffer): Verdict {
  const messages: { isText: boolean; data: Buffer }[] = [];
  const pings: Buffer[] = [];
  let open: { isText: boolean; parts: Buffer[]; length: number } | undefined;
  let at = 0;
  const verdict = (close?: number): Verdict => ({ messages, pings, close });
  for (;;) {
    const head = readHead(stream, at, open !== undefined);
    if (head === undefined) return verdict();
    if (typeof head === "number") return verdict(head);
    const { fin, opcode, start, length } = head;
    const total = (opcode < OPCODE.close ? (open?.length ?? 0) : 0) + length;
    if (total > MESSAGE_BYTES) return verdict(1009);
    if (stream.length < start + 4 + length) return verdict();
    const mask = stream.subarray(start, start + 4);
    const payload = Buffer.from(stream.subarray(start + 4, start + 4 + length)).map(
      (byte, index) => byte ^ (mask[index % 4] as number),
    );
    at = start + 4 + length;
    if (opcode === OPCODE.close) return verdict(closeOf(Buffer.from(payload)));
    if (opcode === OPCODE.ping) pings.push(Buffer.from(payload));
    if (opcode > OPCODE.close) continue;
    open ??= { isText: opcode === OPCODE.text, parts: [], length: 0 };
    open.parts.push(Buffer.from(payload));
    open.length += length;
    if (!fin) continue;
    const data = Buffer.concat(open.parts);
    if (open.isText && !isUtf8(data)) return verdict(1007);
    messages.push({ isText: open.isText, data });
    open = undefined;
  }
}

/** Nothing when bytes are missing, or the code that the frame is refused with. */
function readHead(stream: Buffer, at: number, isOpen: boolean) {
  if (stream.length < at + 2) return undefined;
  const [first, second] = [stream.readUInt8(at), stream.readUInt8(at + 1)];
  const fin = (first & 0x80) !== 0;
  const opcode = first & 15;
  const short = second & 127;
  const isKnown = opcode <= OPCODE.binary || (opcode >= OPCODE.close && opcode <= OPCODE.pong);
  if ((first & 0x70) !== 0 || !isKnown || (second & 0x80) === 0) return 1002;
  if (opcode >= OPCODE.close && (!fin || short > 125)) return 1002;
  if (opcode === OPCODE.close && short === 1) return 1002;
  if (opcode < OPCODE.close && (opcode === OPCODE.more) !== isOpen) return 1002;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (stream.length < at + 2 + extra) return undefined;
  const length =
    short === 126
      ? stream.readUInt16BE(at + 2)
      : short === 127
        ? Number(stream.readBigUInt64BE(at + 2))
        : short;
  return { fin, opcode, start: at + 2 + extra, length };
}

/** The answer to a Close: its own code, or that it is wrong. */
function closeOf(payload: Buffer): number {
  if (payload.length === 0) return 1005;
  const code = payload.readUInt16BE(0);
  const isDefined = code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
  if (!isDefined && !(code >= 3000 && code <= 4999)) return 1002;
  return isUtf8(payload.subarray(2)) ? code : 1007;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Frames that a server sent, which has to be right. */
export function framesFrom(received: Buffer): { opcode: number; payload: Buffer }[] {
  const frames: { opcode: number; payload: Buffer }[] = [];
  let at = 0;
  while (at + 2 <= received.length) {
    const [first, short] = [received.readUInt8(at), received.readUInt8(at + 1)];
    if ((first & 0xf0) !== 0x80 || short > 127) throw new Error(`a wrong frame: ${first} ${short}`);
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
    const length =
      short === 126
        ? received.readUInt16BE(at + 2)
        : short === 127
          ? Number(received.readBigUInt64BE(at + 2))
          : short;
    const start = at + 2 + extra;
    frames.push({ opcode: first & 15, payload: received.subarray(start, start + length) });
    at = start + length;
  }
  return frames;
}
