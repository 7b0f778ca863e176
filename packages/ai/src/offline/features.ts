/**
 * An embedding without a model: features of a text, hashed into a fixed number of places.
 *
 * Words, their stems, pairs of words and pieces of words (three to five letters, so that forms and misspellings of a
 * word share most of theirs) each add to a place that a hash chooses, with a sign that it chooses as
 * well; frequent words count less. Texts that share words and parts of words come out alike; texts that
 * say the same in other words do not: it knows no meanings.
 *
 * @module
 */

/** Words that say little by themselves, in some languages that use this alphabet. */
const COMMON: ReadonlySet<string> = new Set(
  `a about after all also an and any are as at be been but by can could did do does for from had has
   have he her his how i if in into is it its just me more my no not of on or our out over she should
   so some than that the their them then there these they this to up was we were what when where which
   who why will with would you your der die das und ist ein eine le la les un une et est de des el los
   las y es en que`.split(/\s+/),
);
const WORD = 0.6;
const STEM = 1;
const COMMON_WORD = 0.1;
const PAIR = 0.4;
const PIECE = 0.2;
const [SHORTEST, LONGEST] = [3, 5];
const MOST_CHARACTERS = 100_000;

/**
 * The embedding of a text: `dimensions` numbers, of length 1; all 0 for a text without words.
 *
 * @example
 * ```ts
 * const [a, b] = ["The bees are dancing", "A bee dances"].map((text) => embedOffline(text, 384));
 * ```
 */
export function embedOffline(text: string, dimensions: number): number[] {
  const vector = new Float64Array(dimensions);
  const add = (feature: string, weight: number) => {
    const hash = fnv(feature);
    const place = hash % dimensions;
    vector[place] = (vector[place] ?? 0) + (hash >>> 31 === 0 ? weight : -weight);
  };
  const words = wordsOf(text);
  for (const [word, count] of counted(words)) {
    // A word that is said twice counts more than once, and less than twice.
    const often = 1 + Math.log(count);
    const isCommon = COMMON.has(word);
    add(`w:${word}`, (isCommon ? COMMON_WORD : WORD) * often);
    if (isCommon) continue;
    add(`s:${stemOf(word)}`, STEM * often);
    for (const piece of piecesOf(word)) add(`p:${piece}`, PIECE * often);
  }
  const told = words.filter((word) => !COMMON.has(word));
  for (const [pair, count] of counted(pairsOf(told)))
    add(`2:${pair}`, PAIR * (1 + Math.log(count)));
  const length = Math.hypot(...vector);
  return Array.from(vector, (value) => (length === 0 ? 0 : value / length));
}

/** How alike two texts are, -1 to 1. */
export function likeness(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}

/** Words without accents, in small letters. */
export function wordsOf(text: string): string[] {
  const plain = text
    .slice(0, MOST_CHARACTERS)
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
  return plain.match(/[\p{Letter}\p{Number}]+/gu) ?? [];
}

export function isCommonWord(word: string): boolean {
  return COMMON.has(word);
}

/** English endings; of other languages, pieces of words find what this does not. */
function stemOf(word: string): string {
  return word.length < 4 ? word : word.replace(/(?:ing|edly|ed|ies|es|s|e|y)$/, "");
}

function pairsOf(words: readonly string[]): string[] {
  return words.slice(1).map((word, index) => `${words[index]} ${word}`);
}

/** With marks where the word begins and ends, which tell `art` in `start` from `art`. */
function piecesOf(word: string): string[] {
  const marked = `<${word}>`;
  const pieces: string[] = [];
  for (let length = SHORTEST; length <= LONGEST; length++) {
    for (let at = 0; at + length <= marked.length; at++) pieces.push(marked.slice(at, at + length));
  }
  return pieces;
}

function counted(features: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  return counts;
}

/** FNV-1a, 32 bits, mixed once more so that its high bits depend on all of the text. */
function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
