import { FreeholdError } from "../../errors.ts";
import { MAX_PATH_NAMES } from "../lookup.ts";

/**
 * The wire form of remote calls over a port. Messages are structured clones of these frames; what a
 * structured clone would lose stands in `specials`, and a boxed bigint in the value is an index into
 * it (values of programs never hold one: it is refused when they cross).
 */
export type Frame =
  | {
      readonly type: "call";
      readonly id: number;
      readonly target: number;
      readonly path: readonly string[];
      /** Absent for the read of a property. */
      readonly args: Package | undefined;
    }
  | {
      readonly type: "fetch";
      readonly id: number;
      readonly target: number;
      readonly request: Package;
    }
  | { readonly type: "return"; readonly id: number; readonly value: Package }
  | { readonly type: "throw"; readonly id: number; readonly error: Package }
  /** The last stub of something that the receiver of this frame has lent is gone. */
  | { readonly type: "release"; readonly target: number };

/** A value, with what a structured clone of it would lose. */
export interface Package {
  readonly value: unknown;
  readonly specials: readonly Special[] | undefined;
}

/** Numbers of targets are those of whoever has lent them. */
export type Special =
  | {
      readonly kind: "error";
      readonly name: string;
      readonly message: string;
      readonly isException: boolean;
      readonly own: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "headers"; readonly entries: readonly (readonly [string, string])[] }
  | { readonly kind: "request" | "response"; readonly parts: object }
  | {
      readonly kind: "stub" | "service";
      readonly target: number;
      /** Whether it answers requests. */
      readonly fetches: boolean;
    }
  | { readonly kind: "readable" | "writable"; readonly target: number }
  /** Something that the receiver itself has lent. */
  | { readonly kind: "own"; readonly target: number; readonly isService: boolean };

/** What each side lends first. */
export const MAIN = 0;

const MAX_SPECIALS = 1_000_000;

/** @throws FreeholdError `RPC_PROTOCOL` for anything but a well-formed frame */
export function readFrame(message: unknown): Frame {
  const frame = record(message, "a frame");
  switch (frame.type) {
    case "call":
      count(frame.id, "id");
      count(frame.target, "target");
      readPath(frame.path);
      if (frame.args !== undefined) readPackage(frame.args);
      break;
    case "fetch":
      count(frame.id, "id");
      count(frame.target, "target");
      readPackage(frame.request);
      break;
    case "return":
      count(frame.id, "id");
      readPackage(frame.value);
      break;
    case "throw":
      count(frame.id, "id");
      readPackage(frame.error);
      break;
    case "release":
      count(frame.target, "target");
      break;
    default:
      throw broken("a known type of frame");
  }
  return frame as unknown as Frame;
}

function readPath(path: unknown): void {
  const isPath =
    Array.isArray(path) &&
    path.length <= MAX_PATH_NAMES &&
    path.every((name) => typeof name === "string");
  if (!isPath) throw broken("a path of a few names");
}

function readPackage(value: unknown): void {
  const { specials } = record(value, "a value");
  if (specials === undefined) return;
  if (!Array.isArray(specials) || specials.length > MAX_SPECIALS)
    throw broken("a list of specials");
  for (const special of specials) readSpecial(record(special, "a special"));
}

function readSpecial(special: Readonly<Record<string, unknown>>): void {
  switch (special.kind) {
    case "error":
      text(special.name, "name");
      text(special.message, "message");
      record(special.own, "the properties of an error");
      return;
    case "headers":
      readEntries(special.entries);
      return;
    case "request":
      readParts(record(special.parts, "the parts of a request"), ["method", "url", "redirect"]);
      return;
    case "response":
      readParts(record(special.parts, "the parts of a response"), ["statusText"]);
      count(Reflect.get(special.parts as object, "status"), "status");
      return;
    case "stub":
    case "service":
    case "readable":
    case "writable":
    case "own":
      count(special.target, "target");
      return;
    default:
      throw broken("a known kind of special");
  }
}

function readParts(parts: Readonly<Record<string, unknown>>, texts: readonly string[]): void {
  for (const name of texts) text(parts[name], name);
  readEntries(parts.headers);
}

function readEntries(entries: unknown): void {
  const isList =
    Array.isArray(entries) &&
    entries.every(
      (entry) =>
        Array.isArray(entry) &&
        entry.length === 2 &&
        entry.every((part) => typeof part === "string"),
    );
  if (!isList) throw broken("a list of headers");
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw broken(what);
  return value as Readonly<Record<string, unknown>>;
}

function count(value: unknown, what: string): void {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw broken(what);
}

function text(value: unknown, what: string): void {
  if (typeof value !== "string") throw broken(what);
}

/** The peer has sent something that it must not send. */
export function broken(expected: string): FreeholdError {
  return new FreeholdError("RPC_PROTOCOL", `The peer sent a message that lacks ${expected}.`, {
    help: "Both ends of a port must run the same version of the host.",
  });
}
