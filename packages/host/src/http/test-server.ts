import { once } from "node:events";
import { connect } from "node:net";
import { afterEach } from "vitest";
import type { LogFields, Logger } from "../log.ts";
import { type FrontOptions, HttpFront } from "./front.ts";
import type { Request } from "./request.ts";
import type { Response } from "./response.ts";
import { type Listener, listen } from "./server.ts";

let close: (() => Promise<void>) | undefined;

afterEach(async () => {
  await close?.();
  close = undefined;
});

/** A server for one test. */
export async function serve(
  application: (request: Request) => Response | Promise<Response>,
  options: Partial<FrontOptions> = {},
): Promise<Listener & { readonly logged: string[]; readonly stop: () => Promise<void> }> {
  const logged: string[] = [];
  const log = (message: string, fields?: LogFields) => {
    logged.push(`${message} ${fields?.error ?? ""}`);
  };
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const front = new HttpFront({
    application: async (request) => application(request),
    log: logger,
    ...options,
  });
  const listener = await listen(front, { hostname: "127.0.0.1", port: 0 });
  const stop = async () => {
    front.stop();
    await front.closeSockets(1001);
    await listener.close(100);
  };
  close = stop;
  return { ...listener, logged, stop };
}

/** Sends bytes as they are and answers everything that comes back until the server closes. */
export async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const chunks: string[] = [];
  socket.setEncoding("latin1").on("data", (chunk: string) => chunks.push(chunk));
  socket.on("error", () => undefined);
  socket.write(text, "latin1");
  await once(socket, "close");
  return chunks.join("");
}
