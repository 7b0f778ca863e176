import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import type { EmailOutcome, IncomingEmail } from "./email-event.ts";

/** Where a Worker's other events can be set off by hand. */
const PREFIX = "/cdn-cgi/handler/";

/** What sets off the events of a Worker. */
export interface EventTargets {
  email(email: IncomingEmail): Promise<EmailOutcome>;
  scheduled(event: { readonly cron?: string; readonly scheduledTime?: number }): Promise<void>;
}

/**
 * `POST /cdn-cgi/handler/email?from=…&to=…` with a message as its body, and
 * `/cdn-cgi/handler/scheduled?cron=…&time=…`, as `wrangler dev` has them. For development: anybody who
 * reaches the port can use them.
 *
 * @returns `undefined` for all other requests
 */
export async function answerEventRoute(
  request: Request,
  targets: EventTargets,
): Promise<object | undefined> {
  const { pathname, searchParams } = new URL(request.url);
  if (!pathname.startsWith(PREFIX)) return undefined;
  switch (pathname.slice(PREFIX.length)) {
    case "email":
      return email(request, searchParams, targets);
    case "scheduled":
      return scheduled(searchParams, targets);
    default:
      return new Response("There is no such handler.\n", { status: 404 });
  }
}

async function email(
  request: Request,
  parameters: URLSearchParams,
  targets: EventTargets,
): Promise<object> {
  const [from, to] = [parameters.get("from"), parameters.get("to")];
  const raw = new Uint8Array(await request.arrayBuffer());
  if (!from || !to || raw.byteLength === 0) {
    return new Response("Give `from` and `to` as parameters, and the message as the body.\n", {
      status: 400,
    });
  }
  const { rejected, ...rest } = await targets.email({ from, to, raw });
  if (rejected !== undefined) {
    return new Response(`The Worker rejected the email: ${rejected}\n`, { status: 400 });
  }
  return Response.json(rest);
}

async function scheduled(parameters: URLSearchParams, targets: EventTargets): Promise<object> {
  const [cron, time] = [parameters.get("cron"), parameters.get("time")];
  await targets.scheduled({
    ...(cron === null ? {} : { cron }),
    ...(time === null ? {} : { scheduledTime: Number(time) }),
  });
  return new Response("ok");
}
