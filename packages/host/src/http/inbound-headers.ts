import type { IncomingHttpHeaders } from "node:http";
import { httpErrors } from "../contract-errors.ts";

function refuse(): never {
  throw httpErrors.immutableHeaders();
}

const SEALED: object = Object.create(Headers.prototype, {
  append: { value: refuse },
  set: { value: refuse },
  delete: { value: refuse },
});

/** Headers of a request from outside. They cannot be changed; a copy can. */
export function inboundHeaders(source: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const name in source) {
    const value = source[name];
    if (typeof value === "string") headers.append(name, value);
    else if (value) for (const item of value) headers.append(name, item);
  }
  return Object.setPrototypeOf(headers, SEALED);
}

/** A copy that cannot be changed. */
export function sealedHeaders(source: Headers): Headers {
  return Object.setPrototypeOf(new Headers(source), SEALED);
}
