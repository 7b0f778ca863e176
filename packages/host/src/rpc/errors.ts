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
  const copy = bareCopy(error);
  register?.(copy);
  try {
    const parts: [string, unknown][] = [];
    for (const [key, part] of ownParts(error)) parts.push([key, copyPart(part)]);
    for (const [key, part] of parts) Reflect.set(copy, key, part);
  } catch {
    return copy;
  }
  return copy;
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
    const namesObject = isWhole && objectId !== undefined && !contractErrors.has(thrown);
    const details = namesObject ? { durableObjectId: objectId } : {};
    return Object.assign(copy, details, { remote: true });
  }
  if (typeof thrown !== "object" || thrown === null) {
    return Object.assign(new Error(String(thrown)), { remote: true });
  }
  try {
    return copyPart({ ...thrown });
  } catch {
    return Object.assign(new Error(String(thrown)), { remote: true });
  }
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
  if (error instanceof AggregateError) return new AggregateError([], message);
  const Class = BUILT_IN.get(error.name) ?? Error;
  return new Class(message);
}

function* ownParts(error: Error): Iterable<[string, unknown]> {
  if (error instanceof DOMException) return;
  for (const key of Object.getOwnPropertyNames(error)) {
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
