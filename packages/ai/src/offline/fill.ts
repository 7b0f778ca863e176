import { isObject } from "../tasks/chat-input.ts";

type Schema = Readonly<Record<string, unknown>>;

const NUMBER = /-?\d+(?:\.\d+)?/g;
const QUOTED = /["“”'‘’]([^"“”'‘’]{1,200})["“”'‘’]/g;
const NAME = /\b\p{Lu}[\p{L}\d-]*(?:\s+\p{Lu}[\p{L}\d-]*)*/gu;
const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/;
const ADDRESS = /https?:\/\/\S+/;

/**
 * The input of a tool out of a sentence: what is quoted, names, numbers.
 *
 * @param isForced whether something is filled in even where nothing was said
 * @returns `undefined` when a required field cannot be filled
 */
export function filledIn(schema: Schema, asked: string, isForced: boolean): unknown {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const words = new Supply(asked);
  const filled: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    const value = isObject(property) ? words.valueFor(property) : undefined;
    if (value !== undefined) filled[name] = value;
    else if (required.includes(name)) {
      if (!isForced) return undefined;
      filled[name] = isObject(property) ? jsonFor(property, asked) : null;
    }
  }
  return filled;
}

/** Something that fits a schema. */
export function jsonFor(schema: Schema | true, asked: string): unknown {
  if (schema === true) return { response: asked.trim() };
  const options = [schema.anyOf, schema.oneOf].find(Array.isArray);
  if (options !== undefined) return isObject(options[0]) ? jsonFor(options[0], asked) : null;
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return mentioned(schema.enum, asked) ?? schema.enum[0];
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case "string":
      return new Supply(asked).valueFor(schema) ?? asked.trim().slice(0, 200);
    case "integer":
    case "number":
      return new Supply(asked).valueFor(schema) ?? 0;
    case "boolean":
      return /\b(?:yes|true|on)\b/i.test(asked);
    case "array": {
      const least = typeof schema.minItems === "number" ? schema.minItems : 1;
      const { items } = schema;
      return Array.from({ length: Math.min(least, 10) }, () =>
        isObject(items) ? jsonFor(items, asked) : null,
      );
    }
    case "null":
      return null;
    default: {
      const properties = isObject(schema.properties) ? schema.properties : {};
      return Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [
          name,
          isObject(property) ? jsonFor(property, asked) : null,
        ]),
      );
    }
  }
}

/** Values that a sentence offers, each of which is used once. */
class Supply {
  readonly #asked: string;
  readonly #numbers: string[];
  readonly #texts: string[];

  constructor(asked: string) {
    this.#asked = asked;
    this.#numbers = asked.match(NUMBER) ?? [];
    const quoted = Array.from(asked.matchAll(QUOTED), ([, text = ""]) => text);
    // The first word of a sentence has a capital letter whatever it is.
    const names = (asked.replace(/^\s*\S+/, "").match(NAME) ?? []).filter((name) => name !== "I");
    this.#texts = [...quoted, ...names];
  }

  valueFor(schema: Schema): unknown {
    if (Array.isArray(schema.enum)) return mentioned(schema.enum, this.#asked);
    if (schema.type === "number" || schema.type === "integer") {
      const number = this.#numbers.shift();
      return number === undefined ? undefined : Number(number);
    }
    if (schema.type !== "string") return undefined;
    if (schema.format === "email") return EMAIL.exec(this.#asked)?.[0];
    if (schema.format === "uri") return ADDRESS.exec(this.#asked)?.[0];
    return this.#texts.shift();
  }
}

function mentioned(values: readonly unknown[], asked: string): unknown {
  const low = asked.toLowerCase();
  return values.find((value) => typeof value === "string" && low.includes(value.toLowerCase()));
}
