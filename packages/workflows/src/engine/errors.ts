import {
  BAD_DELAY,
  type ErrorDetails,
  FATAL,
  INTERNAL,
  MAX_ERROR_LENGTH,
  NON_RETRYABLE,
  TIMEOUT,
} from "../wire.ts";

/** Built-in classes that errors keep when they cross from a step to the engine and back. */
const BUILT_IN: Readonly<Record<string, new (message: string) => Error>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** Names of errors that the engine makes. All others that are not built in are those of exceptions. */
const OWN: ReadonlySet<string> = new Set([FATAL, TIMEOUT, INTERNAL, BAD_DELAY, NON_RETRYABLE]);

/**
 * What a step or a run threw, as it is kept: other classes become part of the message, and a message that
 * is too long for the journal is cut.
 */
export function detailsOf(thrown: unknown): ErrorDetails {
  try {
    const { name, message } = wholeDetailsOf(thrown);
    return { name: cut(name), message: cut(message) };
  } catch {
    // Programs throw anything: getters that throw, too.
    return { name: "Error", message: "An error was thrown that cannot be read." };
  }
}

function cut(text: string): string {
  return text.length <= MAX_ERROR_LENGTH ? text : `${text.slice(0, MAX_ERROR_LENGTH)}…`;
}

function wholeDetailsOf(thrown: unknown): ErrorDetails {
  if (thrown instanceof DOMException) return { name: thrown.name, message: thrown.message };
  if (thrown instanceof Error) return plain({ name: thrown.name, message: thrown.message });
  return { name: "Error", message: textOf(thrown) };
}

function plain({ name, message }: ErrorDetails): ErrorDetails {
  const text = String(message);
  if (name === "") return { name: "Error", message: text };
  return isBuiltIn(String(name))
    ? { name: String(name), message: text }
    : { name: "Error", message: `${name}: ${text}` };
}

function isBuiltIn(name: string): boolean {
  return name === "AggregateError" || Object.hasOwn(BUILT_IN, name);
}

function textOf(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  if (Array.isArray(thrown)) return "[object Array]";
  return `#<${thrown.constructor?.name || "Object"}>`;
}

/** The error that a program sees: the same at the first time and at each replay. */
export function toError(details: ErrorDetails): Error {
  if (!isBuiltIn(details.name) && !OWN.has(details.name)) {
    return mark(new DOMException(details.message, details.name));
  }
  if (details.name === "AggregateError") return mark(new AggregateError([], details.message));
  const { name, message } = plain(details);
  const Class = BUILT_IN[name] ?? Error;
  return mark(new Class(message));
}

function mark<E extends Error>(error: E): E {
  return Object.assign(error, { remote: true });
}

/** The program says that trying again is of no use: by the error's name, or what has become of it. */
export function isNonRetryable({ name, message }: ErrorDetails): boolean {
  return name === NON_RETRYABLE || message.startsWith(NON_RETRYABLE);
}

/** Stops a step for a reason that is the engine's own. */
export class EngineError extends Error {
  readonly details: ErrorDetails;

  constructor(details: ErrorDetails) {
    super(details.message);
    this.details = details;
  }
}
