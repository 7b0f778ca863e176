import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Binding } from "@freehold/host";
import type { ViteDevServer } from "vite";

const TOKEN_HEADER = "x-freehold-assets";

/**
 * The Worker's `env.ASSETS` in development: it asks Vite's server, as the page does. A header with a
 * token that only this process knows tells these requests from those of clients, so that they never
 * reach the Worker again.
 */
export class DevelopmentAssets {
  readonly #server: ViteDevServer;
  readonly #token = randomUUID();

  constructor(server: ViteDevServer) {
    this.#server = server;
  }

  binding(name: string): Binding {
    const assets = {
      fetch: (input: string | URL | Request, init?: RequestInit) =>
        this.#fetch(new Request(input, init)),
    };
    return { name, create: () => assets };
  }

  /** Whether a request comes from the binding. */
  asks(request: IncomingMessage): boolean {
    return request.headers[TOKEN_HEADER] === this.#token;
  }

  async #fetch(request: Request): Promise<Response> {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const { pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.set(TOKEN_HEADER, this.#token);
    headers.delete("host");
    const { method } = request;
    return fetch(`${this.#origin()}${pathname}${search}`, { method, headers, redirect: "manual" });
  }

  #origin(): string {
    const address = this.#server.httpServer?.address();
    if (address && typeof address === "object") return `http://localhost:${address.port}`;
    throw new Error("env.ASSETS needs Vite's own server; it is not available in middleware mode.");
  }
}
