import { storageErrors } from "../contract-errors.ts";
import type { Special } from "./kv-special.ts";

/** What is kept of a special value: plain data, but for the values of an error's own properties. */
export type Payload =
  | {
      readonly kind: "error";
      readonly type: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly own: readonly (readonly [string, unknown])[];
    }
  | { readonly kind: "exception"; readonly name: string; readonly message: string }
  | { readonly kind: "headers"; readonly headers: Fields }
  | {
      readonly kind: "request";
      readonly url: string;
      readonly method: string;
      readonly redirect: Request["redirect"];
      readonly headers: Fields;
    }
  | {
      readonly kind: "response";
      readonly status: number;
      readonly statusText: string;
      readonly headers: Fields;
    };

type Fields = [string, string][];

/** Classes of errors that come back as themselves, by the name of the error. All others are `Error`s. */
const ERROR_CLASSES = new Map<string, new (message: string) => Error>(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((Class) => [
    Class.name,
    Class,
  ]),
);

const MADE_ANEW = new Set(["stack", "message"]);

/** @throws DOMException `DataCloneError` for what has a body. */
export function toPayload(special: Special): Payload {
  if (special instanceof Error) return errorPayload(special);
  const headers = [...(special instanceof Headers ? special : special.headers)] as Fields;
  if (special instanceof Headers) return { kind: "headers", headers };
  if (special.body !== null) throw storageErrors.streamInStorage("ReadableStream");
  if (special instanceof Request) {
    const { url, method, redirect } = special;
    return { kind: "request", url, method, redirect, headers };
  }
  const { status, statusText } = special;
  return { kind: "response", status, statusText, headers };
}

export function fromPayload(payload: Payload): object {
  switch (payload.kind) {
    case "error":
      return toError(payload);
    case "exception":
      return new DOMException(payload.message, payload.name);
    case "headers":
      return new Headers(payload.headers);
    case "request":
      return new Request(payload.url, payload);
    case "response":
      return new Response(null, payload);
  }
}

function errorPayload(error: Error): Payload {
  const message = String(error.message);
  if (error instanceof DOMException) return { kind: "exception", name: error.name, message };
  const type = typeOf(error);
  const own: [string, unknown][] = Object.getOwnPropertyNames(error)
    .filter((key) => !MADE_ANEW.has(key))
    .map((key) => [key, Reflect.get(error, key)]);
  const name = String(error.name);
  if (name !== type && !Object.hasOwn(error, "name")) own.push(["name", name]);
  const stack = typeof error.stack === "string" ? error.stack : undefined;
  return { kind: "error", type, message, stack, own };
}

function typeOf(error: Error): string {
  if (error instanceof AggregateError) return "AggregateError";
  return ERROR_CLASSES.has(error.name) ? error.name : "Error";
}

function toError({ type, message, stack, own }: Extract<Payload, { kind: "error" }>): Error {
  const Class = ERROR_CLASSES.get(type) ?? Error;
  const error = type === "AggregateError" ? new AggregateError([], message) : new Class(message);
  if (stack !== undefined) define(error, "stack", stack, false);
  for (const [key, value] of own) define(error, key, value, true);
  return error;
}

function define(error: Error, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
}
