import { systemClock } from "../clock.ts";
import { systemRandom } from "../random.ts";
import type { Binding } from "./bindings.ts";
import { type RoutingRetryOptions, routingRetry } from "./retry.ts";
import { type Placement, stubOf } from "./stub.ts";

/** Bodies known to have more bytes than this are not kept for a second attempt. */
const MAX_KEPT_BODY = 1024 * 1024;

/** Sends a request to a named object, again after failures that the platform marks as retryable. */
export async function sendRequest(
  request: Request,
  { namespace, key, name }: Binding & { readonly name: string },
  options: Placement & { routingRetry?: false | RoutingRetryOptions } = {},
): Promise<Response> {
  const send = (copy: Request) => stubOf(namespace, name, options).fetch(copy);
  const { routingRetry: retries } = options;
  if (retries === false || !canSendTwice(request)) return send(request);
  const attempt = () => send(request.body ? request.clone() : request);
  const ports = { clock: systemClock, random: systemRandom };
  return routingRetry(attempt, retries, { name, className: key }, ports);
}

/** A copy of a body waits in memory until it is read, so only small ones are copied. */
function canSendTwice(request: Request): boolean {
  if (!request.body) return true;
  return Number(request.headers.get("content-length")) <= MAX_KEPT_BODY;
}
