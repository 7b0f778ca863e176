import { runningWorker } from "./running.ts";

/**
 * Serves the Worker of this test file on a free port of this machine, for tests with real sockets and
 * real clients. It ends with the file.
 *
 * @example
 * ```ts
 * const { url } = await listen();
 * const client = new AgentClient({ agent: "counter", host: new URL(url).host });
 * ```
 */
export async function listen(): Promise<{ readonly url: string; readonly port: number }> {
  return runningWorker().host.listen({ port: 0 });
}
