/** One statement of a text that may hold several. */
export interface SqlPart {
  readonly sql: string;
  /** Whether there is anything but white space, comments and semicolons. */
  readonly empty: boolean;
  /** The first word, in upper case. */
  readonly keyword: string;
  /** How many values the statement takes. */
  readonly parameters: number;
  /** Whether it gives a table a name that is kept for the host. SQLite asks nobody about that. */
  readonly renamesToOwn: boolean;
  /** Its length in UTF-8. */
  readonly bytes: number;
  /** Parameters with names: name with its first sign, and position from 1. */
  readonly named: readonly (readonly [name: string, position: number])[];
}

/**
 * One token at a time: white space, comments, literals, quoted names, parameters, words, signs.
 * A literal or comment that does not end goes on to the end of the text, as in SQLite.
 */
const TOKEN = new RegExp(
  [
    /(?<blank>[ \t\n\v\f\r\ufeff]+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/,
    /'[^']*(?:''[^']*)*(?:'|$)/,
    /"[^"]*(?:""[^"]*)*(?:"|$)/,
    /`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)/,
    /\?(?<number>\d*)/,
    /(?<named>[:@#$](?:[\w$\u0080-\uffff]|::)+(?:\([^)\s]*\))?)/,
    /(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)/,
    /(?<semicolon>;)/,
    /(?<nul>\0)/,
    /\d[\w.]*/,
    /[\s\S]/,
  ]
    .map((pattern) => pattern.source)
    .join("|"),
  "gy",
);

const TRIGGER_PREFIX = new Set(["EXPLAIN", "QUERY", "PLAN", "TEMP", "TEMPORARY"]);

/** Follows one statement, to know where it ends and what it takes. */
class PartScanner {
  keyword = "";
  highest = 0;
  readonly names = new Map<string, number>();
  renamesToOwn = false;
  #renaming = "";
  #trigger: "unknown" | "create" | "body" | "none" = "unknown";
  /** In the body of a trigger: the token before was a semicolon, or the END that follows one. */
  #last: "semicolon" | "end" | "other" = "other";

  word(word: string): void {
    const upper = word.toUpperCase();
    if (this.keyword === "") this.keyword = upper;
    this.#trigger = this.#nextTrigger(upper);
    const closes = upper === "END" && this.#last === "semicolon";
    this.#last = closes ? "end" : "other";
    this.#followRename(word, upper);
  }

  /** A literal, a quoted name or a sign. */
  other(text: string): void {
    if (this.keyword === "") this.keyword = "?";
    this.#last = "other";
    this.#followRename(text.slice(1), "");
  }

  /** Whether this semicolon ends the statement. */
  semicolon(): boolean {
    if (this.#trigger !== "body" || this.#last === "end") return true;
    this.#last = "semicolon";
    return false;
  }

  parameter(number: string | undefined, name: string | undefined): void {
    this.other("");
    if (name !== undefined) {
      if (!this.names.has(name)) this.names.set(name, ++this.highest);
    } else {
      this.highest = number ? Math.max(this.highest, Number(number)) : this.highest + 1;
    }
  }

  #followRename(name: string, upper: string): void {
    if (this.#renaming === "TO" && name.toLowerCase().startsWith("_cf_")) this.renamesToOwn = true;
    if (upper === "RENAME") this.#renaming = upper;
    else this.#renaming = this.#renaming === "RENAME" && upper === "TO" ? upper : "";
  }

  #nextTrigger(word: string) {
    if (this.#trigger === "unknown" && word === "CREATE") return "create";
    if (this.#trigger === "create" && word === "TRIGGER") return "body";
    const undecided = this.#trigger === "unknown" || this.#trigger === "create";
    return undecided && !TRIGGER_PREFIX.has(word) ? "none" : this.#trigger;
  }
}

interface Scan {
  readonly part: SqlPart;
  /** Where the next statement starts. */
  readonly next: number;
}

function scanPart(text: string, start: number): Scan {
  const scanner = new PartScanner();
  TOKEN.lastIndex = start;
  let end = text.length;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const { blank, number, named, word, semicolon, nul } = match.groups ?? {};
    if (blank !== undefined) continue;
    if (nul !== undefined) {
      // SQLite reads no further; what is left is no statement.
      end = scanner.keyword === "" ? text.length : match.index;
      break;
    }
    if (semicolon !== undefined) {
      // Semicolons before a statement belong to it.
      if (scanner.keyword === "" || !scanner.semicolon()) continue;
      end = TOKEN.lastIndex;
      break;
    }
    if (word !== undefined) scanner.word(word);
    else if (number !== undefined || named !== undefined) scanner.parameter(number, named);
    else scanner.other(match[0]);
  }
  return { part: toPart(scanner, text.slice(start, end)), next: afterBlanks(text, end) };
}

/** What is between two statements belongs to neither. */
function afterBlanks(text: string, start: number): number {
  BLANKS.lastIndex = start;
  BLANKS.test(text);
  return BLANKS.lastIndex;
}

const BLANKS = /[ \t\n\v\f\r]*/y;

function toPart(scanner: PartScanner, sql: string): SqlPart {
  return {
    sql,
    empty: scanner.keyword === "",
    keyword: scanner.keyword,
    parameters: scanner.highest,
    renamesToOwn: scanner.keyword === "ALTER" && scanner.renamesToOwn,
    bytes: Buffer.byteLength(sql),
    named: [...scanner.names],
  };
}

/**
 * Splits a text into its statements. What follows the last one is left out when it is white space, and
 * an empty part otherwise: a comment after the last semicolon is an error in the contract.
 *
 * @example
 * ```ts
 * splitSql("CREATE TABLE a (b); INSERT INTO a VALUES (?)").map((part) => part.parameters); // [0, 1]
 * ```
 */
export function splitSql(text: string): readonly SqlPart[] {
  const parts: SqlPart[] = [];
  let at = 0;
  do {
    const { part, next } = scanPart(text, at);
    parts.push(part);
    at = next;
  } while (at < text.length);
  return parts;
}
