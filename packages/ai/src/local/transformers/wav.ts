import { InferenceUpstreamError } from "../../ai-errors.ts";

/** One channel, from -1 to 1. */
export interface Sound {
  readonly samples: Float32Array;
  /** Samples a second. */
  readonly rate: number;
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
const HEADER_BYTES = 44;

/**
 * Reads a WAV file: PCM of 8, 16, 24 or 32 bits, or floats of 32; channels are mixed.
 *
 * @throws InferenceUpstreamError 5006 for anything else
 */
export function readWav(bytes: Uint8Array): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (at: number) => Buffer.from(bytes.subarray(at, at + 4)).toString("latin1");
  if (bytes.length < HEADER_BYTES || text(0) !== "RIFF" || text(8) !== "WAVE") {
    throw unreadable("it is not a WAV file, the only kind that models in this process read");
  }
  let format: Format | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const [name, size] = [text(at), view.getUint32(at + 4, true)];
    const start = at + 8;
    if (name === "fmt " && start + 16 <= bytes.length) format = formatAt(view, start);
    if (name === "data" && format !== undefined) {
      return soundOf(view, start, Math.min(size, bytes.length - start), format);
    }
    at = start + size + (size % 2);
  }
  throw unreadable("it has no sound in it");
}

/** A WAV file of 16 bits, one channel. */
export function writeWav({ samples, rate }: Sound): Uint8Array {
  const file = Buffer.alloc(HEADER_BYTES + samples.length * 2);
  file.write("RIFF", 0, "latin1");
  file.writeUInt32LE(file.length - 8, 4);
  file.write("WAVEfmt ", 8, "latin1");
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(PCM, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36, "latin1");
  file.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, index) => {
    const bounded = Math.max(-1, Math.min(1, sample));
    file.writeInt16LE(Math.round(bounded * 0x7fff), HEADER_BYTES + index * 2);
  });
  return file;
}

/** The same sound with another rate, by straight lines between samples. */
export function resampled({ samples, rate }: Sound, wanted: number): Float32Array {
  if (rate === wanted) return samples;
  const step = rate / wanted;
  return Float32Array.from({ length: Math.floor(samples.length / step) }, (_, index) => {
    const at = index * step;
    const low = Math.floor(at);
    const [a = 0, b = a] = [samples[low], samples[low + 1]];
    return a + (b - a) * (at - low);
  });
}

interface Format {
  readonly kind: number;
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
}

function formatAt(view: DataView, at: number): Format {
  const kind = view.getUint16(at, true);
  return {
    kind: kind === EXTENSIBLE && at + 26 <= view.byteLength ? view.getUint16(at + 24, true) : kind,
    channels: view.getUint16(at + 2, true),
    rate: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  };
}

function soundOf(view: DataView, start: number, size: number, format: Format): Sound {
  const { channels, rate, bits } = format;
  const read = readerOf(view, format);
  if (channels === 0 || rate === 0) throw unreadable("it has no channels");
  const width = bits / 8;
  const samples = Float32Array.from(
    { length: Math.floor(size / (width * channels)) },
    (_, index) => {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) {
        sum += read(start + (index * channels + channel) * width);
      }
      return sum / channels;
    },
  );
  return { samples, rate };
}

function readerOf(view: DataView, { kind, bits }: Format): (at: number) => number {
  if (kind === FLOAT && bits === 32) return (at) => view.getFloat32(at, true);
  if (kind === PCM && bits === 8) return (at) => (view.getUint8(at) - 128) / 128;
  if (kind === PCM && bits === 16) return (at) => view.getInt16(at, true) / 0x8000;
  if (kind === PCM && bits === 24) {
    return (at) => (view.getInt16(at + 1, true) * 256 + view.getUint8(at)) / 0x800000;
  }
  if (kind === PCM && bits === 32) return (at) => view.getInt32(at, true) / 0x80000000;
  throw unreadable(`its samples are of a kind (${kind}, ${bits} bits) that is not read`);
}

function unreadable(why: string): InferenceUpstreamError {
  return new InferenceUpstreamError("BAD_INPUT", `the sound cannot be read: ${why}`);
}
