import { rpcErrors } from "../contract-errors.ts";
import type { BodyInit } from "../http/native.ts";
import { Request } from "../http/request.ts";
import { hasPlainBody, isEncoded, Response, wireForm } from "../http/response.ts";

/** What crosses of a body: bytes and text as they are, and streams as streams. */
export type CrossingBody = string | Uint8Array | object | null;

/** What crosses of a request. */
export interface RequestParts {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly redirect: string;
  readonly cf: unknown;
  readonly body: CrossingBody;
}

/** What crosses of a response. */
export interface ResponseParts {
  /** `manual` when the body is encoded as its headers say. */
  readonly encodeBody: "manual" | undefined;
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: CrossingBody;
}

/**
 * Takes a response apart. Its body belongs to the receiver from then on.
 *
 * @throws TypeError when its body was read, DOMException when it carries a socket
 */
export function takeResponse(
  response: globalThis.Response,
  cross: (body: ReadableStream) => object,
): ResponseParts {
  // Node's own responses have none.
  if (response instanceof Response && (response.webSocket ?? null) !== null) {
    throw rpcErrors.unsupportedType("WebSocket");
  }
  if (response.bodyUsed) throw rpcErrors.readableLocked();
  const { status, statusText } = response;
  const headers = [...response.headers];
  const encodeBody = isEncoded(response) ? "manual" : undefined;
  const body = hasPlainBody(response) ? wireForm(response).body : bodyOf(response, cross);
  return { status, statusText, headers, encodeBody, body };
}

/**
 * Takes a request apart. Its body belongs to the receiver from then on.
 *
 * @throws TypeError when its body was read
 */
export function takeRequest(
  request: globalThis.Request,
  cross: (body: ReadableStream) => object,
): RequestParts {
  if (request.bodyUsed) throw rpcErrors.readableLocked();
  const { method, url, redirect } = request;
  const cf: unknown = Reflect.get(request, "cf");
  return { method, url, redirect, cf, headers: [...request.headers], body: bodyOf(request, cross) };
}

function bodyOf(
  { body }: { readonly body: ReadableStream | null },
  cross: (body: ReadableStream) => object,
): object | null {
  return body === null ? null : cross(body);
}

export function makeResponse({ body, ...init }: ResponseParts): object {
  return new Response(
    body as BodyInit | null,
    {
      status: init.status,
      statusText: init.statusText,
      encodeBody: init.encodeBody,
      headers: pairs(init.headers),
    } as ConstructorParameters<typeof Response>[1],
  );
}

export function makeRequest({ url, body, ...init }: RequestParts): object {
  return new Request(url, {
    method: init.method,
    redirect: init.redirect,
    headers: pairs(init.headers),
    ...(typeof init.cf === "object" && init.cf !== null && { cf: init.cf }),
    ...(body !== null && { body }),
  } as ConstructorParameters<typeof Request>[1]);
}

function pairs(headers: readonly (readonly [string, string])[]): [string, string][] {
  return headers.map(([name, value]) => [name, value]);
}
