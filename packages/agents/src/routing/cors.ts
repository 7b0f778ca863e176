const PERMISSIVE = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Methods": "GET, POST, HEAD, OPTIONS",
  "Access-Control-Allow-Headers": "*",
  "Access-Control-Max-Age": "86400",
};

/** The headers to add; undefined when cross-origin use was not asked for. */
export function corsHeaders(cors: boolean | HeadersInit | undefined): Headers | undefined {
  if (cors === undefined || cors === false) return undefined;
  return new Headers(cors === true ? PERMISSIVE : cors);
}

/** The response with the headers added; a WebSocket's response stays as it is. */
export function withCors(response: Response, cors: Headers | undefined): Response {
  if (!cors || response.webSocket) return response;
  const copy = new Response(response.body, response);
  for (const [name, value] of cors) copy.headers.set(name, value);
  return copy;
}
