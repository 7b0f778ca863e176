import { acceptAll, inObject } from "../../worker/program.ts";

export default inObject(
  "texts in and out",
  async ({ sql, note }) => {
    const back = (value: string) => {
      const row = sql.exec("SELECT ? AS v, length(?1) AS n, hex(?1) AS h", value).one();
      return [row.v === value, row.n, row.h];
    };
    note("empty", back(""));
    note("astral", back("😀"));
    note("NUL", back("a\0b"));
    note("lone surrogate", back("\ud800"));
    note("combining", back("e\u0301"));
    note("a literal", sql.exec("SELECT 'it''s' AS v").one());
    note("a name in quotes", sql.exec('SELECT 1 AS "a b"').one());
  },
  { accept: acceptAll("node:sqlite replaces half of a pair of surrogates", ["lone surrogate"]) },
);
