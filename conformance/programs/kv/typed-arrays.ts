import { inObject } from "../../worker/program.ts";

export default inObject("arrays of numbers", async ({ storage, note }) => {
  const values = {
    int8: new Int8Array([-1]),
    clamped: new Uint8ClampedArray([300]),
    int16: new Int16Array([-2]),
    uint32: new Uint32Array([2 ** 32 - 1]),
    float32: new Float32Array([0.5]),
    float64: new Float64Array([-0]),
    big: new BigUint64Array([2n ** 63n]),
    view: new DataView(new Uint8Array([1, 2, 3]).buffer, 1),
    buffer: Buffer.from("buffer"),
    empty: new ArrayBuffer(0),
  };
  for (const [label, value] of Object.entries(values)) {
    await storage.put(label, value);
    note(label, await storage.get(label));
  }
});
