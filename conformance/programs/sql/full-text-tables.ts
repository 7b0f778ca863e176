import { inObject } from "../../worker/program.ts";

export default inObject("kinds of full-text tables", async ({ sql, note, fails }) => {
  const make = (name: string, options: string) =>
    fails(options, () =>
      sql.exec(`CREATE VIRTUAL TABLE ${name} USING fts5 (${options})`).toArray(),
    );
  await make("porter", "a, tokenize = 'porter'");
  await make("trigrams", "a, tokenize = 'trigram'");
  await make("folded", `a, tokenize = "unicode61 remove_diacritics 2"`);
  await make("ascii", "a, tokenize = 'ascii'");
  await make("unknown", "a, tokenize = 'nothing'");
  await make("prefixed", "a, b UNINDEXED, prefix = '2 3', columnsize = 0, detail = column");
  sql.exec("CREATE TABLE notes (id INTEGER PRIMARY KEY, body)");
  await make("outside", "body, content = 'notes', content_rowid = 'id'");
  await make("bare", "body, content = ''");
  await make("erasable", "body, content = '', contentless_delete = 1");
  sql.exec("INSERT INTO porter VALUES ('running'), ('ran')");
  sql.exec("INSERT INTO trigrams VALUES ('abcdef')");
  sql.exec("INSERT INTO folded VALUES ('naïve')");
  sql.exec("INSERT INTO notes (body) VALUES ('one word'), ('another word')");
  sql.exec("INSERT INTO outside (outside) VALUES ('rebuild')");
  const find = (table: string, query: string) =>
    sql.exec(`SELECT * FROM ${table} WHERE ${table} MATCH ? ORDER BY rowid`, query).toArray();
  note("a stem", find("porter", "runs"));
  note("a part", find("trigrams", "bcd"));
  note("LIKE", sql.exec("SELECT a FROM trigrams WHERE a LIKE '%cde%'").toArray());
  note("no accents", find("folded", "naive"));
  note("content elsewhere", find("outside", "another"));
  await fails("optimize", () =>
    sql.exec("INSERT INTO porter (porter) VALUES ('optimize')").toArray(),
  );
  await fails("check", () =>
    sql.exec("INSERT INTO porter (porter) VALUES ('integrity-check')").toArray(),
  );
  await fails("nonsense", () =>
    sql.exec("INSERT INTO porter (porter) VALUES ('nonsense')").toArray(),
  );
  await fails("its own tables", () => sql.exec("SELECT id FROM porter_content").toArray());
  await fails("written", () => sql.exec("DELETE FROM porter_content").toArray());
  await fails("dropped", () => sql.exec("DROP TABLE porter_data").toArray());
  sql.exec("CREATE VIRTUAL TABLE words USING fts5vocab (porter, row)");
  note("words", sql.exec("SELECT term, doc FROM words").toArray());
  await fails("dropped whole", () => sql.exec("DROP TABLE words; DROP TABLE porter").toArray());
});
