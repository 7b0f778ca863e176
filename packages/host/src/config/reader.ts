import { type ConfigSource, type FieldPath, fieldError, isRecord } from "./source.ts";

/** Reads one object of a configuration file; every complaint names the field. */
export class FieldReader {
  readonly #source: ConfigSource;
  readonly #path: FieldPath;
  readonly #value: Readonly<Record<string, unknown>>;

  constructor(source: ConfigSource, path: FieldPath, value: Readonly<Record<string, unknown>>) {
    this.#source = source;
    this.#path = path;
    this.#value = value;
  }

  get names(): string[] {
    return Object.keys(this.#value);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#value, name) && this.#value[name] !== undefined;
  }

  raw(name: string): unknown {
    return this.has(name) ? this.#value[name] : undefined;
  }

  /** @throws FreeholdError `CONFIG_INVALID` */
  fail(name: string | number | undefined, expected: string): never {
    throw fieldError(
      this.#source,
      name === undefined ? this.#path : [...this.#path, name],
      expected,
    );
  }

  /** A non-empty string that fits `pattern`. */
  text(name: string, pattern?: RegExp, expected = "a non-empty string"): string | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (typeof value !== "string" || value === "" || value.includes("\0"))
      this.fail(name, expected);
    if (pattern && !pattern.test(value)) this.fail(name, expected);
    return value;
  }

  requiredText(name: string, pattern?: RegExp, expected = "a non-empty string"): string {
    return this.text(name, pattern, expected) ?? this.fail(name, expected);
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    const chosen = choices.find((choice) => choice === value);
    return chosen ?? this.fail(name, `one of ${choices.map((one) => `"${one}"`).join(", ")}`);
  }

  texts(name: string): string[] {
    const value = this.raw(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) this.fail(name, "a list of strings");
    return value.map((item, index) => {
      if (typeof item === "string" && item !== "") return item;
      throw fieldError(this.#source, [...this.#path, name, index], "a non-empty string");
    });
  }

  object(name: string): FieldReader | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (!isRecord(value)) this.fail(name, "an object");
    return new FieldReader(this.#source, [...this.#path, name], value);
  }

  objects(name: string): FieldReader[] {
    const value = this.raw(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) this.fail(name, "a list of objects");
    return value.map((item, index) => {
      const path = [...this.#path, name, index];
      if (!isRecord(item)) throw fieldError(this.#source, path, "an object");
      return new FieldReader(this.#source, path, item);
    });
  }
}
