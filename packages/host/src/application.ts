import { httpErrors } from "./contract-errors.ts";
import { FreeholdError } from "./errors.ts";
import type { Assets } from "./http/assets.ts";
import type { Request } from "./http/request.ts";
import { Response } from "./http/response.ts";
import type { Logger } from "./log.ts";
import type { LoadedVersion } from "./worker/loaded-version.ts";

export interface ApplicationParts {
  /** The version that new requests go to. */
  readonly version: () => LoadedVersion;
  readonly assets: () => Assets | undefined;
  readonly log: Logger;
  readonly development: boolean;
  /** Answers what no file and no `fetch` handler is asked for. */
  readonly eventRoutes: ((request: Request) => Promise<object | undefined>) | undefined;
}

/**
 * Answers requests from outside: a static file where there is one, otherwise the Worker. What the
 * Worker throws is logged and answered with 500; only in development does the answer tell more.
 */
export function createApplication(parts: ApplicationParts): (request: Request) => Promise<object> {
  const { log, development, eventRoutes } = parts;
  if (eventRoutes === undefined) return respond;
  return async (request) => {
    try {
      return (await eventRoutes(request)) ?? (await respond(request));
    } catch (error) {
      return failed(error);
    }
  };

  async function respond(request: Request): Promise<object> {
    const assets = parts.assets();
    if (assets && assets.route(request) !== "worker") return assets.fetch(request);
    const { main, dispatcher } = parts.version();
    if (!main) return assets ? assets.fetch(request) : failed(httpErrors.noHandler("fetch"));
    try {
      return await dispatcher.fetch(main, request);
    } catch (error) {
      return failed(error);
    }
  }

  function failed(error: unknown): object {
    if (error instanceof FreeholdError && error.code === "BODY_TOO_LARGE") throw error;
    log.error("The Worker threw while it handled a request.", { error });
    const text = development ? describe(error) : "Internal Server Error";
    return new Response(`${text}\n`, { status: 500 });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : String(error);
}
