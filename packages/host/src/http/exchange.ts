import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { FreeholdError } from "../errors.ts";
import type { ClientFinder } from "./client.ts";
import { bodyTooLarge, InboundBody } from "./inbound.ts";
import type { HttpLimits } from "./limits.ts";
import type { InboundParts } from "./request.ts";

/** One request on a connection, with what has to outlive the `Request` object. */
export class Exchange implements InboundParts {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: InboundBody | undefined;
  readonly cf: object = { httpProtocol: "HTTP/1.1" };
  readonly redirect = "manual";
  #abort: AbortController | undefined;
  #gone = false;

  /** @throws FreeholdError `BAD_REQUEST`, `URL_TOO_LONG`, `HEADERS_TOO_LARGE` or `BODY_TOO_LARGE` */
  constructor(incoming: IncomingMessage, clients: ClientFinder, limits: HttpLimits) {
    const target = originalTarget(incoming);
    checkHead(incoming, target, limits);
    const client = clients.identify(incoming);
    const { bodyBytes } = limits;
    this.method = incoming.method ?? "GET";
    this.url = requestUrl(client.protocol, client.host, target);
    this.headers = incoming.headers;
    const length = Number(incoming.headers["content-length"] ?? 0);
    if (length > bodyBytes) throw bodyTooLarge(bodyBytes);
    const hasBody = length > 0 || incoming.headers["transfer-encoding"] !== undefined;
    this.body =
      hasBody && this.method !== "GET" && this.method !== "HEAD"
        ? new InboundBody(incoming, bodyBytes)
        : undefined;
  }

  signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#gone) this.#abort.abort(clientGone());
    return this.#abort.signal;
  }

  /** The client went away before the answer was complete. */
  clientLeft(): void {
    this.#gone = true;
    this.#abort?.abort(clientGone());
  }
}

function checkHead({ rawHeaders }: IncomingMessage, target: string, limits: HttpLimits): void {
  if (target.length > limits.urlBytes) {
    throw new FreeholdError(
      "URL_TOO_LONG",
      `The request's address is longer than ${limits.urlBytes} bytes.`,
      { help: "Send what is long in the body." },
    );
  }
  if (rawHeaders.length > 2 * limits.headers) {
    throw new FreeholdError(
      "HEADERS_TOO_LARGE",
      `The request has more than ${limits.headers} headers.`,
      { help: "Send fewer headers." },
    );
  }
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === "host") hosts += 1;
  }
  if (hosts > 1) throw badRequest("The request names more than one host.");
}

function badRequest(message: string): FreeholdError {
  return new FreeholdError("BAD_REQUEST", message, {
    help: "Send a valid Host header and a path.",
  });
}

/** Development servers rewrite `url` and keep what the client sent beside it. */
function originalTarget(incoming: IncomingMessage): string {
  const original: unknown = Reflect.get(incoming, "originalUrl");
  return typeof original === "string" ? original : (incoming.url ?? "/");
}

function requestUrl(protocol: string, host: string, target: string): string {
  const path = target.startsWith("/") ? target : absolutePath(target);
  const url = URL.parse(`${protocol}://${host}${path}`);
  if (!url || url.host === "" || url.username !== "" || url.password !== "") {
    throw badRequest("The request has no usable address.");
  }
  return url.href;
}

/** The absolute form of a request target is meant for proxies; `*` is the server itself. */
function absolutePath(target: string): string {
  const url = URL.parse(target);
  return url ? `${url.pathname}${url.search}` : "/";
}

/** No request is taken any more. */
export function closing(): FreeholdError {
  return new FreeholdError("HOST_CLOSED", "The server is shutting down.", {
    help: "Try again in a moment.",
  });
}

function clientGone(): DOMException {
  return new DOMException("The client has disconnected.", "AbortError");
}
