import { inObject } from "../../worker/program.ts";

export default inObject("bytes in and out", async ({ sql, note }) => {
  const back = (value: unknown) => sql.exec("SELECT ? AS v, typeof(?1) AS t", value).one();
  note("array", back(new Uint8Array([1, 2, 255])));
  note("buffer", back(new Uint8Array([3]).buffer));
  note("part", back(new Uint8Array([1, 2, 3, 4]).subarray(1, 3)));
  note("16 bits", back(new Uint16Array([258])));
  note("view", back(new DataView(new ArrayBuffer(2))));
  note("empty", back(new Uint8Array()));
  note("a literal", sql.exec("SELECT x'00ff' AS v").one());
  note("zeroblob", sql.exec("SELECT zeroblob(3) AS v").one());
});
