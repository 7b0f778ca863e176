/** A request without a body, as agents hand it on: an upgrade cannot be sent itself. */
export interface PlainRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
}

export function pack(request: Request): PlainRequest {
  return { url: request.url, method: request.method, headers: [...request.headers] };
}

export function unpack({ headers, method, url }: PlainRequest): Request {
  return new Request(url, { method, headers: headers.map(([name, value]) => [name, value]) });
}

/** The same request for another path of the same origin. */
export function atPath(request: Request, pathname: string): Request {
  const url = new URL(request.url);
  url.pathname = pathname;
  return new Request(url, request);
}
