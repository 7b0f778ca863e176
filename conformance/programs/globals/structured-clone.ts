import { inWorker } from "../../worker/program.ts";

export default inWorker("structuredClone", async ({ note, fails }) => {
  class Point {
    x = 1;
  }
  note("a class", structuredClone(new Point()));
  note("an error", structuredClone(new TypeError("e")));
  note("a Map", structuredClone(new Map([[{ a: 1 }, new Set([1])]])));
  await fails("a function", () => structuredClone(() => 1));
  await fails("a symbol", () => structuredClone(Symbol("s")));
  const buffer = new ArrayBuffer(4);
  const moved = structuredClone(buffer, { transfer: [buffer] });
  note("moved", [buffer.byteLength, moved.byteLength]);
});
