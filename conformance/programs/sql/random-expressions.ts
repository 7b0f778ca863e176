import { inObject } from "../../worker/program.ts";
import { Random } from "../../worker/random.ts";

const OPERATORS =
  "+ - * / % || = == <> < <= > >= IS AND OR & | << >> LIKE GLOB -> ->> IS DISTINCT FROM".split(" ");
const UNARY = ["-", "+", "~", "NOT "];
const SINGLE =
  "abs ceil char hex json json_type json_valid length lower ltrim quote round rtrim sign sqrt trim typeof unhex unicode upper octet_length exp ln degrees json_quote zeroblob json_array_length date time datetime julianday unixepoch".split(
    " ",
  );
const DOUBLE =
  "coalesce ifnull instr max min nullif substr ltrim trim round json_extract json_array json_object format like glob mod pow atan2 concat strftime date likelihood json_remove json_patch concat_ws".split(
    " ",
  );
const TRIPLE =
  "replace substr iif max min like json_set json_insert json_replace format concat_ws".split(" ");
const TYPES = ["INTEGER", "REAL", "TEXT", "BLOB", "NUMERIC", "nonsense"];
const COLLATIONS = ["NOCASE", "RTRIM", "BINARY"];
const TEXTS = [
  "''",
  "'a'",
  "'Ä'",
  "'10'",
  "' 1.5e2 '",
  "'0x10'",
  "'%a_'",
  '\'{"a":[1,null,"x"]}\'',
  "'$.a[1]'",
  "'[1,2]'",
  "'2024-02-30'",
  "'12:34:56'",
  "'%Y-%m-%dT%f'",
  "'+1 month'",
  "'%d %s %05.2f %x'",
  "'unixepoch'",
];
const NUMBERS = [
  "0",
  "1",
  "-1",
  "2",
  "1.5",
  "-0.0",
  "1e999",
  "9223372036854775807",
  "-9223372036854775808",
  "9223372036854775808",
  "0x7f",
  "1e15",
  "123456789012345678",
];

function leaf(random: Random): string {
  const kind = random.below(10);
  if (kind < 4) return random.pick(NUMBERS);
  if (kind < 7) return random.pick(TEXTS);
  if (kind === 7) return "NULL";
  if (kind === 8) return random.pick(["x''", "x'00ff'", "x'7b7d'"]);
  return random.pick(["a", "b", "c", "TRUE", "FALSE", '"double"']);
}

function expression(random: Random, depth: number): string {
  if (depth === 0) return leaf(random);
  const inner = () => expression(random, random.below(depth));
  switch (random.below(12)) {
    case 0:
      return `${random.pick(UNARY)}(${inner()})`;
    case 1:
    case 2:
      return `(${inner()} ${random.pick(OPERATORS)} ${inner()})`;
    case 3:
      return `${random.pick(SINGLE)}(${inner()})`;
    case 4:
      return `${random.pick(DOUBLE)}(${inner()}, ${inner()})`;
    case 5:
      return `${random.pick(TRIPLE)}(${inner()}, ${inner()}, ${inner()})`;
    case 6:
      return `CAST(${inner()} AS ${random.pick(TYPES)})`;
    case 7:
      return `CASE WHEN ${inner()} THEN ${inner()} ELSE ${inner()} END`;
    case 8:
      return `(${inner()} BETWEEN ${inner()} AND ${inner()})`;
    case 9:
      return `(${inner()} IN (${inner()}, ${inner()}))`;
    case 10:
      return `(${inner()} COLLATE ${random.pick(COLLATIONS)} < ${inner()})`;
    default:
      return leaf(random);
  }
}

export default inObject("random expressions", async ({ sql, fails }) => {
  const random = new Random(2);
  sql.exec("CREATE TABLE t (a, b, c); INSERT INTO t VALUES (7, 'text', x'0102')");
  for (let round = 0; round < 400; round++) {
    const text = expression(random, 1 + random.below(3));
    await fails(`${round} ${text}`, () =>
      sql.exec(`SELECT ${text} AS v, typeof(${text}) AS t FROM t`).one(),
    );
  }
});
