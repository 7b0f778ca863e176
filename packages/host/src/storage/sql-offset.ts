/**
 * Where in a text an error is. SQLite knows, but its driver does not tell. So the text is compiled again
 * with one candidate cut off or renamed: what SQLite then says tells whether that candidate is the one.
 * Whatever is not certain has no offset.
 */

/** Compiles a text and answers what is wrong with it. */
export type Compile = (sql: string) => string | undefined;

interface Name {
  readonly text: string;
  /** Of the whole token, quotes included; in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** What stands around it, if anything. */
  readonly quotes: readonly [open: string, close: string] | undefined;
}

/** Names that follow one another with dots between them. */
type Path = readonly Name[];

/** More places than this are not tried. */
const MOST_CANDIDATES = 12;

/** No program has a name like it. One letter is added for each that is needed. */
const PROBE = "freehold_probe_";

type Kind = "column" | "function";

const NAME_ERRORS: readonly { readonly pattern: RegExp; readonly kind: Kind }[] = [
  { pattern: /^(?:no such column|ambiguous column name): "?(?<name>.+?)"?$/s, kind: "column" },
  {
    pattern: /^(?:no such function|not authorized to use function): (?<name>.+)$/s,
    kind: "function",
  },
  { pattern: /^too many arguments on function (?<name>.+)$/s, kind: "function" },
  {
    pattern:
      /^(?:wrong number of arguments to function|misuse of aggregate:|misuse of \w+ function|(?:FILTER|ORDER BY|DISTINCT) may not be used with non-aggregate|second argument to) (?<name>.+?)\(\)/s,
    kind: "function",
  },
  { pattern: /^(?<name>.+?)\(\) may not be used as a window function$/s, kind: "function" },
];

/** The text stands in the message as it stands in the statement; the parser stopped right after it. */
const TOKEN_ERRORS = [
  /^near "(?<token>.+)": syntax error$/s,
  /^unrecognized token: "(?<token>.+)"$/s,
  /^hex literal too big: -?(?<token>.+)$/s,
  /^unknown join type: (?<token>\S+)/s,
];

const VARIABLE_ERROR = /^(?:too many SQL variables$|variable number must be between )/;

const DECLARED_ERROR =
  /^(?:table|view|trigger) (?<name>.+) already exists$|^unknown database (?<database>.+)$/s;

/**
 * The offset in bytes of UTF-8 at which SQLite sees the error; `undefined` when it sees none, or when it
 * cannot be found out.
 *
 * @param message SQLite's own words
 * @example
 * ```ts
 * errorOffset("SELECT x", "no such column: x", compile); // 7
 * ```
 */
export function errorOffset(sql: string, message: string, compile: Compile): number | undefined {
  const at = findError(sql, message, compile);
  // What is said while a statement runs may only look like it.
  if (at === undefined || compile(sql) !== message) return undefined;
  return Buffer.byteLength(sql.slice(0, at));
}

function findError(sql: string, message: string, compile: Compile): number | undefined {
  for (const pattern of TOKEN_ERRORS) {
    const token = pattern.exec(message)?.groups?.token;
    if (token !== undefined) return findToken(sql, token, message, compile);
  }
  if (VARIABLE_ERROR.test(message)) return findVariable(sql, message, compile);
  for (const { pattern, kind } of NAME_ERRORS) {
    const name = pattern.exec(message)?.groups?.name;
    if (name !== undefined) return findName(sql, message, name, kind, compile);
  }
  const declared = DECLARED_ERROR.exec(message)?.groups;
  return declared === undefined ? undefined : findDeclared(sql, declared);
}

// --- errors of the parser ----------------------------------------------------------------------

const NAME_LETTER = /[\w$\u0080-\uffff]/;

/**
 * The parser stops at the first error, so a text that ends right after the right place fails the same
 * way, and one that ends before it does not.
 */
function findToken(sql: string, token: string, message: string, compile: Compile) {
  const places = placesOf(sql, token);
  if (places.length > 1 && /^\s*PRAGMA\b/i.test(sql)) return undefined;
  return firstThatFails(sql, places, (at) => at + token.length, message, compile);
}

function findVariable(sql: string, message: string, compile: Compile): number | undefined {
  const tokens = [...sql.matchAll(TOKEN)].filter(({ groups }) => groups?.blank === undefined);
  const ends = new Map<number, number>();
  for (const [index, { index: start, groups }] of tokens.entries()) {
    // The parser looks at one token more.
    const next = tokens[index + 1];
    const end = next === undefined ? sql.length : next.index + next[0].length;
    if (groups?.variable !== undefined) ends.set(start, end);
  }
  return firstThatFails(sql, [...ends.keys()], (at) => ends.get(at) as number, message, compile);
}

function firstThatFails(
  sql: string,
  places: readonly number[],
  end: (at: number) => number,
  message: string,
  compile: Compile,
): number | undefined {
  const fails = (index: number) => compile(sql.slice(0, end(places[index] as number))) === message;
  let low = 0;
  let high = places.length - 1;
  if (high < 0) return undefined;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fails(middle)) high = middle;
    else low = middle + 1;
  }
  return places.length === 1 || fails(low) ? places[low] : undefined;
}

/** Where a token may stand: not inside a longer word. */
function placesOf(sql: string, token: string): number[] {
  const places: number[] = [];
  const starts = NAME_LETTER.test(token[0] as string);
  const ends = NAME_LETTER.test(token.at(-1) as string);
  for (let at = sql.indexOf(token); at >= 0; at = sql.indexOf(token, at + 1)) {
    const inside =
      (starts && NAME_LETTER.test(sql[at - 1] ?? "")) ||
      (ends && NAME_LETTER.test(sql[at + token.length] ?? ""));
    if (!inside) places.push(at);
  }
  return places;
}

// --- errors about names ------------------------------------------------------------------------

/** White space and comments, literals, names, variables, signs. */
const TOKEN =
  /(?<blank>\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<literal>'[^']*(?:''[^']*)*(?:'|$))|(?<quoted>"[^"]*(?:""[^"]*)*"|`[^`]*(?:``[^`]*)*`|\[[^\]]*\])|(?<variable>\?\d*|[:@#$](?:[\w$\u0080-\uffff]|::)+(?:\([^)\s]*\))?)|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|(?<number>\d[\w.]*)|(?<arrow>->>?)|(?<sign>[\s\S])/g;

function nameOf(token: string, start: number, quoted: boolean): Name {
  const end = start + token.length;
  if (!quoted) return { text: token, start, end, quotes: undefined };
  const open = token[0] as string;
  const close = open === "[" ? "]" : open;
  const text = token.slice(1, -1).replaceAll(close + close, close);
  return { text, start, end, quotes: [open, close] };
}

/** The names of a text, those with dots between them together. */
function pathsOf(sql: string): Path[] {
  const paths: Name[][] = [];
  let dotted = false;
  let open = false;
  for (const { 0: token, index: start, groups } of sql.matchAll(TOKEN)) {
    if (groups?.blank !== undefined) continue;
    const isName = groups?.word !== undefined || groups?.quoted !== undefined;
    if (isName) {
      const name = nameOf(token, start, groups.quoted !== undefined);
      if (dotted) paths.at(-1)?.push(name);
      else paths.push([name]);
    }
    dotted = token === "." && open;
    open = isName;
  }
  return paths;
}

function isPath(path: Path, text: string): boolean {
  return path.map((name) => name.text).join(".") === text;
}

interface Renaming {
  readonly path: Path;
  readonly name: string;
}

/** The text with the last names of some paths exchanged. `sign` makes an expression of each. */
function rename(sql: string, renamings: readonly Renaming[], sign: string): string {
  let renamed = sql;
  const fromTheEnd = [...renamings].sort((a, b) => firstOf(b.path).start - firstOf(a.path).start);
  for (const { path, name } of fromTheEnd) {
    const last = path.at(-1) as Name;
    const [open, close] = last.quotes ?? ["", ""];
    const { start } = firstOf(path);
    const before = `${renamed.slice(0, start)}${sign}${renamed.slice(start, last.start)}`;
    renamed = `${before}${open}${name}${close}${renamed.slice(last.end)}`;
  }
  return renamed;
}

function remove(sql: string, path: Path, compile: Compile): string | undefined {
  const { end } = path.at(-1) as Name;
  return compile(`${sql.slice(0, firstOf(path).start)}NULL${sql.slice(end)}`);
}

function firstOf(path: Path): Name {
  return path[0] as Name;
}

/**
 * A name that is exchanged for one that nobody has is what SQLite complains about next, if it looks at it
 * no later than at the one that is wrong.
 */
function findName(sql: string, message: string, text: string, kind: Kind, compile: Compile) {
  const paths = pathsOf(sql).filter((path) => isPath(path, text));
  if (paths.length > MOST_CANDIDATES) return undefined;
  // What an UPDATE sets is looked for without an offset: a sign keeps such names out.
  const sign = kind === "column" && /\bSET\b/i.test(sql) ? "+" : "";
  const candidates = paths
    .map((path, index) => ({ path, name: PROBE + LETTERS[index] }))
    .filter((each) => complains(compile(rename(sql, [each], sign)), kind, each));
  const found =
    kind === "column"
      ? lastLookedAt(sql, candidates, sign, compile)
      : onlyAtFault(sql, message, candidates, compile);
  if (found !== undefined) {
    // What is set may be what is missing, and not what has the same name elsewhere.
    const isSure =
      sign === "" || paths.length === 1 || remove(sql, found.path, compile) !== message;
    return isSure ? firstOf(found.path).start : undefined;
  }
  return candidates.length === 0 ? findOperator(paths, text, kind) : undefined;
}

function complains(message: string | undefined, kind: Kind, { path, name }: Renaming): boolean {
  const full = [...path.slice(0, -1).map((each) => each.text), name].join(".");
  const texts = [`no such ${kind}: ${full}`, `no such ${kind}: "${full}"`];
  return (
    message !== undefined && [...texts, `too many arguments on function ${full}`].includes(message)
  );
}

/** SQLite gives up at the first column that is wrong, so that those before it are right. */
function lastLookedAt(sql: string, all: Renaming[], sign: string, compile: Compile) {
  let candidates = all;
  while (candidates.length > 1) {
    const message = compile(rename(sql, candidates, sign));
    const others = candidates.filter((each) => !complains(message, "column", each));
    if (others.length !== candidates.length - 1) return undefined;
    candidates = others;
  }
  return candidates[0];
}

/** With a function in its place that takes anything the error is another one, or none. */
function onlyAtFault(sql: string, message: string, candidates: Renaming[], compile: Compile) {
  if (candidates.length < 2) return candidates[0];
  // An aggregate inside of another: either of them will do.
  if (message.startsWith("misuse of")) return undefined;
  const atFault = candidates.filter(
    ({ path }) => compile(rename(sql, [{ path, name: TAKES_ANYTHING }], "")) !== message,
  );
  return atFault.length === 1 ? atFault[0] : undefined;
}

const TAKES_ANYTHING = "char";

const LETTERS = "abcdefghijklmnop";

/** A function that is called by its operator cannot be renamed: it is certain only if it is alone. */
function findOperator(paths: readonly Path[], text: string, kind: Kind): number | undefined {
  const isOperator = kind === "function" && /^(?:regexp|match)$/i.test(text);
  return isOperator && paths.length === 1 ? firstOf(paths[0] as Path).start : undefined;
}

/** What a statement makes stands where it is first called by its own name. */
function findDeclared(sql: string, names: Readonly<Record<string, string | undefined>>) {
  const { name, database } = names;
  for (const path of pathsOf(sql)) {
    const made = path.length > 1 || name !== undefined ? path.at(-1) : undefined;
    const found = database === undefined ? made : firstOf(path);
    if (found === undefined) continue;
    const raw = sql.slice(found.start, found.end);
    if (raw === (name ?? database)) return found.start;
  }
  return undefined;
}
