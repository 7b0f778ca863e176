import { inObject } from "../../worker/program.ts";

export default inObject("buffers of odd kinds", async ({ sql, fails }) => {
  const back = (value: unknown) => sql.exec("SELECT ? AS v, typeof(?1) AS t", value).one();
  await fails("detached", () => {
    const buffer = new ArrayBuffer(4);
    structuredClone(buffer, { transfer: [buffer] });
    return back(buffer);
  });
  await fails("view of detached", () => {
    const view = new Uint8Array(4);
    structuredClone(view.buffer, { transfer: [view.buffer] });
    return back(view);
  });
  await fails("resizable", () => back(new ArrayBuffer(2, { maxByteLength: 8 })));
  await fails("shared", () => back(new SharedArrayBuffer(2)));
  await fails("floats", () => back(new Float64Array([1])));
  await fails("Blob", () => back(new Blob(["x"])));
  await fails("Buffer", () => back(Buffer.from("x")));
  await fails("what comes back is its own", () => {
    const row = sql.exec("SELECT x'0102' AS a, x'0304' AS b").one();
    const bytes = new Uint8Array(row.a as ArrayBuffer);
    bytes[0] = 9;
    return [row.a, row.b, (row.a as ArrayBuffer).byteLength];
  });
});
