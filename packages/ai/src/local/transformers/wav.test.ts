import { describe, expect, it } from "vitest";
import { readWav, resampled, writeWav } from "./wav.ts";

/** A WAV file with any format and bytes. */
function wav(kind: number, bits: number, channels: number, data: Uint8Array): Uint8Array {
  const bytes = Buffer.from(writeWav({ samples: new Float32Array(), rate: 8000 }));
  bytes.writeUInt16LE(kind, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt16LE(bits, 34);
  bytes.writeUInt32LE(data.length, 40);
  return Buffer.concat([bytes, data]);
}

describe("WAV files", () => {
  it("come back as they were written, within 16 bits", () => {
    const samples = Float32Array.of(0, 0.5, -0.5, 1, -1, 2, -2);
    const { samples: read, rate } = readWav(writeWav({ samples, rate: 22_050 }));
    expect(rate).toBe(22_050);
    for (const [index, sample] of [0, 0.5, -0.5, 1, -1, 1, -1].entries()) {
      expect(read[index]).toBeCloseTo(sample, 4);
    }
  });

  it.each([
    ["8 bits", 1, 8, Uint8Array.of(64, 192)],
    ["24 bits", 1, 24, Uint8Array.of(0, 0, 0xc0, 0, 0, 0x40)],
    ["32 bits", 1, 32, new Uint8Array(Int32Array.of(-(2 ** 30), 2 ** 30).buffer)],
    ["floats", 3, 32, new Uint8Array(Float32Array.of(-0.5, 0.5).buffer)],
  ])("are read with %s", (_, kind, bits, data) => {
    expect([...readWav(wav(kind, bits, 1, data)).samples]).toEqual([-0.5, 0.5]);
    // Two channels are mixed.
    expect([...readWav(wav(kind, bits, 2, data)).samples]).toEqual([0]);
  });

  it.each([
    ["anything else", Buffer.from("ID3 and so on, for more than a header's length")],
    ["kinds of samples that are not known", wav(7, 8, 1, Uint8Array.of(1))],
    ["no channels", wav(1, 8, 0, Uint8Array.of(1))],
    ["no sound", writeWav({ samples: new Float32Array(), rate: 8000 }).subarray(0, 30)],
  ])("are refused with %s", (_, bytes) => {
    expect(() => readWav(bytes)).toThrow(expect.objectContaining({ code: 5006 }));
  });

  it("change their rate along straight lines", () => {
    const samples = Float32Array.of(0, 1, 0, -1);
    expect([...resampled({ samples, rate: 2 }, 4)]).toEqual([0, 0.5, 1, 0.5, 0, -0.5, -1, -1]);
    expect([...resampled({ samples, rate: 2 }, 1)]).toEqual([0, 0]);
  });
});
