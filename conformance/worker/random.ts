/** Set when the programs are bundled: 1, or the environment variable of the same name. */
declare const CONFORMANCE_SEED: number;

/** A source of chance that is the same on every host: Mulberry32. */
export class Random {
  #state: number;

  /** @param stream tells programs apart, so that each has numbers of its own */
  constructor(stream: number) {
    this.#state = (Math.imul(CONFORMANCE_SEED, 0x9e3779b1) ^ Math.imul(stream, 0x85ebca6b)) >>> 0;
  }

  /** In [0, 1). */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number below `most`. */
  below(most: number): number {
    return Math.floor(this.fraction() * most);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  /** Up to `most` of what `make` makes. */
  some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }

  /** Text of any letters: NUL, halves of surrogate pairs and what combines among them. */
  text(most = 8): string {
    return this.some(most, () => this.#letter()).join("");
  }

  number(): number {
    if (this.below(3) === 0) return this.pick(NUMBERS);
    if (this.below(2) === 0) return this.below(2000) - 1000;
    return (this.fraction() - 0.5) * 10 ** (this.below(40) - 15);
  }

  bytes(most = 12): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.some(most, () => this.below(256)));
  }

  #letter(): string {
    const kind = this.below(12);
    if (kind === 0) return this.pick(LETTERS);
    if (kind === 1) return String.fromCharCode(this.below(0x10000));
    return String.fromCharCode(32 + this.below(95));
  }
}

const LETTERS = [
  "\0",
  "\n",
  "é",
  "e\u0301",
  "☃",
  "👩",
  "\ud800",
  "\udfff",
  "\ufeff",
  "İ",
  "ß",
  "'",
];

const NUMBERS = [
  0,
  -0,
  1,
  -1,
  0.1,
  0.5,
  2.5,
  1e15,
  1e16,
  1e21,
  1e-7,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 53,
  2 ** 53 - 1,
  -(2 ** 53) + 1,
  2 ** 63,
  -(2 ** 63),
  2 ** 64,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  Number.EPSILON,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];
