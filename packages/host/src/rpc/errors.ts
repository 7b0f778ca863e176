import { brands, hasBrand } from "./brands.ts";

/** Built-in classes that keep their class when they cross. All others arrive as `Error`. */
const BUILT_IN = new Map<string, new (message: string) => Error>([
  ["EvalError", EvalError],
  ["RangeError", RangeError],
  ["ReferenceError", ReferenceError],
  ["SyntaxError", SyntaxError],
  ["TypeError", TypeError],
  ["URIError", URIError],
]);

/** Own properties that are made anew on the other side. */
const MADE_ANEW = new Set(["stack", "message"]);

/** The deepest chain of causes that crosses. */
const MAX_DEPTH = 16;

let keepsProperties = true;

/**
 * Sets whether errors keep their name and properties when they cross: from 2026-04-21 on. Before, the
 * class crossed when it was built in, and the name went before the message otherwise.
 */
export function setErrorProperties(kept: boolean): void {
  keepsProperties = kept;
}

function plainCopy({ name, message }: Error): Error {
  const Class = BUILT_IN.get(name);
  if (Class) return new Class(message);
  return new Error(name === "Error" ? message : `${name}: ${message}`);
}

/**
 * An error as the other side sees it: its class when that is built in, its name and its own
 * properties (with `cause` and `errors`), and a stack of the side that receives it.
 *
 * @param copyPart copies one property. When it throws, only the message crosses.
 * @param register is told of the copy before its parts are copied, for errors that contain themselves
 */
export function copyError(
  error: Error,
  copyPart: (part: unknown) => unknown = copyShallow,
  register?: (copy: Error) => void,
): Error {
  if (!keepsProperties) return plainCopy(error);
  const copy = bareCopy(error);
  register?.(copy);
  try {
    setParts(copy, error, copyPart);
  } catch {
    return copy;
  }
  return copy;
}

/**
 * As {@link copyError}, for an error that crosses as a value: functions in it are left out.
 *
 * @throws what `copyPart` throws
 */
export function copyErrorValue(
  error: Error,
  copyPart: (part: unknown) => unknown,
  register: (copy: Error) => void,
): Error {
  const copy = keepsProperties ? bareCopy(error) : plainCopy(error);
  register(copy);
  if (keepsProperties) setParts(copy, error, copyPart, (part) => typeof part !== "function");
  return copy;
}

/** All parts or none. */
function setParts(
  copy: Error,
  error: Error,
  copyPart: (part: unknown) => unknown,
  isWanted: (part: unknown) => boolean = () => true,
): void {
  const parts: [string, unknown][] = [];
  for (const [key, part] of ownParts(error)) if (isWanted(part)) parts.push([key, copyPart(part)]);
  for (const [key, value] of parts) {
    Object.defineProperty(copy, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}

/** The error that a caller sees when the code that it called threw. */
export function remoteError(
  thrown: unknown,
  objectId: string | undefined,
  copyPart: (part: unknown) => unknown,
): unknown {
  if (thrown instanceof Error) {
    let isWhole = true;
    const copy = copyError(thrown, (part) => {
      isWhole = false;
      const copied = copyPart(part);
      isWhole = true;
      return copied;
    });
    const isUsers = isWhole && Object.isExtensible(thrown) && !contractErrors.has(thrown);
    return marked(copy, isUsers ? objectId : undefined);
  }
  if (typeof thrown === "object" && thrown !== null && !hasBrand(thrown, brands.rpcTarget)) {
    try {
      const copy = copyPart(thrown) as object;
      const isNamed = Object.isExtensible(thrown) && (Array.isArray(copy) || isPlain(copy));
      return marked(copy, isNamed ? objectId : undefined);
    } catch {
      return marked(new Error(textOf(thrown)), undefined);
    }
  }
  return marked(new Error(textOf(thrown)), undefined);
}

function marked(copy: object, objectId: string | undefined): object {
  const details = objectId === undefined ? {} : { durableObjectId: objectId };
  return Object.assign(copy, details, { remote: true });
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

function textOf(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  return `#<${thrown.constructor?.name || "Object"}>`;
}

/** Errors that the host threw in the name of an object. */
const contractErrors = new WeakSet<Error>();

/** Marks an error as the host's own: it names no object. */
export function hostError<E extends Error>(error: E): E {
  contractErrors.add(error);
  return error;
}

function bareCopy(error: Error): Error {
  const message = String(error.message);
  if (error instanceof DOMException) return new DOMException(message, error.name);
  return bareError(error instanceof AggregateError ? "AggregateError" : error.name, message);
}

/** An error of the built-in class of that name; `Error` for all other names. */
export function bareError(name: string, message: string): Error {
  if (name === "AggregateError") return new AggregateError([], message);
  const Class = BUILT_IN.get(name) ?? Error;
  return new Class(message);
}

function* ownParts(error: Error): Iterable<[string, unknown]> {
  const isException = error instanceof DOMException;
  for (const key of isException ? Object.keys(error) : Object.getOwnPropertyNames(error)) {
    if (!MADE_ANEW.has(key)) yield [key, Reflect.get(error, key)];
  }
}

/** For errors of the host, which hold nothing that changes: nested errors are copied, the rest kept. */
function copyShallow(part: unknown): unknown {
  return nested(part, 0);
}

function nested(part: unknown, depth: number): unknown {
  if (!(part instanceof Error)) return typeof part === "function" ? undefined : part;
  if (depth >= MAX_DEPTH) return undefined;
  return copyError(part, (inner) => nested(inner, depth + 1));
}
