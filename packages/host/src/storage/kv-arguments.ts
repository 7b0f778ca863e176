import { storageErrors } from "../contract-errors.ts";

/** Where `list` starts and ends. Keys are ordered by their UTF-8 bytes. */
export interface ListRange {
  readonly start?: string;
  readonly startAfter?: string;
  readonly end?: string;
  readonly prefix?: string;
  readonly reverse: boolean;
  readonly limit?: number;
}

/** Whether a write is one that what leaves the object waits for. */
export type Confirmed = boolean;

const INT32_MAX = 2_147_483_647;

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Who was called, for texts, and with which arguments. */
export class Call {
  readonly #type: string;
  readonly method: string;
  readonly #args: readonly unknown[];

  constructor(type: string, method: string, args: readonly unknown[]) {
    this.#type = type;
    this.method = method;
    this.#args = args;
  }

  wrong(position: number, expected: string): TypeError {
    return storageErrors.wrongArgument(this.#type, this.method, position, expected);
  }

  /** @param position from 1 */
  require(position: number, expected: string): unknown {
    if (this.#args.length < position) throw this.wrong(position, expected);
    return this.#args[position - 1];
  }

  /** An argument that is an object, or absent. */
  options(position: number, type: string): Readonly<Record<string, unknown>> {
    const value = this.#args[position - 1];
    if (value === undefined || value === null) return {};
    if (!isObject(value)) throw this.wrong(position, type);
    return value as Readonly<Record<string, unknown>>;
  }

  confirmed(position: number, type = "PutOptions"): Confirmed {
    return !this.options(position, type).allowUnconfirmed;
  }

  callback<T>(): T {
    const [value] = this.#args;
    if (typeof value !== "function") throw this.wrong(1, "function");
    return value as T;
  }

  /** One key, or several. */
  keys(): string | readonly string[] {
    const value = this.require(1, "string or Array");
    return Array.isArray(value) ? value.map(toKey) : toKey(value);
  }

  key(): string {
    return toKey(this.require(1, "string"));
  }

  /** What `put` writes: values that are `undefined` are left out of several. */
  entries(): { readonly entries: readonly [string, unknown][]; readonly confirmed: Confirmed } {
    const first = this.require(1, "string or object");
    const confirmed = this.confirmed(3);
    if (isObject(first) && !Array.isArray(first)) {
      const second = this.#args[1];
      if (second !== undefined && second !== null && !isObject(second)) {
        throw storageErrors.putMisuse();
      }
      const entries = Object.entries(first).filter(([, value]) => value !== undefined);
      return { entries, confirmed: this.confirmed(2) };
    }
    const [, value] = this.#args;
    if (value === undefined) throw storageErrors.undefinedValue();
    return { entries: [[toKey(first), value]], confirmed };
  }

  range(): ListRange {
    const options = this.options(1, "ListOptions");
    const text = (name: string) =>
      options[name] === undefined ? {} : { [name]: toKey(options[name]) };
    const range = {
      ...text("start"),
      ...text("startAfter"),
      ...text("end"),
      ...text("prefix"),
      reverse: Boolean(options.reverse),
      ...(options.limit === undefined ? {} : { limit: toLimit(options.limit) }),
    };
    if ("start" in range && "startAfter" in range) throw storageErrors.startAndStartAfter();
    return range;
  }
}

/** Keys are text: anything else is turned into it. */
function toKey(value: unknown): string {
  return `${value as string}`;
}

function toLimit(value: unknown): number {
  const number = Number(value);
  if (Math.abs(number) > INT32_MAX) throw storageErrors.outOfRange();
  const limit = Math.trunc(number);
  if (!(limit > 0)) throw storageErrors.limitNotPositive();
  return limit;
}
