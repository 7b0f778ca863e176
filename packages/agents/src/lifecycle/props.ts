import { FreeholdError } from "../errors.ts";
import { PROPS_HEADER } from "../wire.ts";

/** Header value that carries `props` to an object. */
export function encodeProps(props: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(props));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Reads base64 of JSON, or JSON itself. @throws FreeholdError `invalid_props`. */
export function decodeProps(value: string): unknown {
  try {
    if (value.startsWith("{") || value.startsWith("[")) return JSON.parse(value);
    const bytes = Uint8Array.from(atob(value), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new FreeholdError("invalid_props", `The header ${PROPS_HEADER} cannot be read`, {
      cause: error,
    });
  }
}

/** Splits a request from its props; the agent never sees the header. */
export function takeProps(request: Request): { request: Request; props: unknown } {
  const value = request.headers.get(PROPS_HEADER);
  if (value === null) return { request, props: undefined };
  const rest = new Request(request);
  rest.headers.delete(PROPS_HEADER);
  return { request: rest, props: decodeProps(value) };
}
