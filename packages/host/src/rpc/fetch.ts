import { objectErrors, rpcErrors } from "../contract-errors.ts";
import { givenSignal } from "../http/request.ts";
import { answeredResponse } from "../http/response.ts";
import { abortable, abortReason, unlessAborted } from "./abort-fetch.ts";
import type { Hook } from "./hook.ts";

/**
 * `stub.fetch(input, init)`: as the global `fetch`, with the stub's other end in place of the network.
 *
 * @throws TypeError (as a rejection) when the address is not absolute, or the body was used
 */
export async function fetchThrough(
  hook: Hook,
  input: unknown,
  init?: RequestInit,
): Promise<Response> {
  if (hook.fetch === undefined) throw rpcErrors.noSuchMethod("fetch");
  const request = toRequest(input, init);
  const signal = init?.signal === undefined ? givenSignal(request) : init.signal;
  if (signal?.aborted) throw abortReason(signal);
  const answer = followRedirects(request, async (next) => {
    const response = await fetchOnce(hook, next);
    const read = signal ? abortable(signal, response) : response;
    return answeredResponse(read, next, next !== request);
  });
  return await (signal ? unlessAborted(signal, answer) : answer);
}

function fetchOnce(hook: Hook, request: Request): Promise<Response> {
  return hook.fetch?.(request) ?? Promise.reject(rpcErrors.noSuchMethod("fetch"));
}

/**
 * The request of `stub.fetch(input, init)`. A request without changes is handed over as it is: its
 * body belongs to the receiver from then on.
 *
 * @throws TypeError when the address is not absolute
 */
function toRequest(input: unknown, init: RequestInit | undefined): Request {
  if (input instanceof Request) return init === undefined ? input : new Request(input, init);
  const address = String(input);
  if (!URL.canParse(address)) throw objectErrors.invalidUrl(address);
  return new Request(address, init);
}

/** As many redirects are followed as by `fetch`. */
const MAX_REDIRECTS = 20;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Follows redirects as `fetch` does, each to the same receiver. Requests from outside come with
 * `redirect: "manual"`, so that their clients see the redirect.
 *
 * @throws TypeError after 20 redirects, and when a redirect would need a body that is gone
 */
async function followRedirects(
  first: Request,
  fetch: (request: Request) => Promise<Response>,
): Promise<Response> {
  let request = first;
  for (let count = 0; count <= MAX_REDIRECTS; count++) {
    const response = await fetch(request);
    if (!REDIRECTS.has(response.status) || request.redirect === "manual") return response;
    const location = response.headers.get("location");
    if (location === null) return response;
    if (request.redirect === "error") throw new TypeError("Unexpected redirect.");
    request = redirected(request, response.status, new URL(location, request.url));
  }
  throw new TypeError("Too many redirects.");
}

function redirected(request: Request, status: number, url: URL): Request {
  const { method, headers } = request;
  const isPost = method === "POST" && status <= 302;
  if (isPost || (status === 303 && method !== "HEAD")) {
    const kept = new Headers(headers);
    for (const name of ["content-encoding", "content-language", "content-length", "content-type"]) {
      kept.delete(name);
    }
    return new Request(url, { method: "GET", headers: kept });
  }
  if (request.bodyUsed || request.body !== null) {
    throw new TypeError("A request with a body cannot follow this redirect.");
  }
  return new Request(url, { method, headers });
}
