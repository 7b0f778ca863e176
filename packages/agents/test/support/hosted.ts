/**
 * Our own host in this process, with a clock that tests move. The kit is loaded by a name in a
 * variable, since its types are Node's and these tests' are the platform's.
 */

/** A Worker that runs until it is stopped. */
export interface RunningTestWorker {
  readonly env: Readonly<Record<string, unknown>>;
  fetch(request: Request): Promise<Response>;
  stop(): Promise<void>;
}

interface Options {
  readonly load: () => Promise<unknown>;
  readonly objects: Readonly<Record<string, string>>;
  readonly workflows?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly clock?: { readonly now?: string; readonly paused?: boolean };
  readonly logLevel?: "debug" | "info" | "warn" | "error";
}

type Duration = string | number;

interface Kit {
  readonly clock: {
    advance(by: Duration): Promise<void>;
    set(to: string): Promise<void>;
    settle(): Promise<void>;
    until(condition: () => unknown, options?: { within?: Duration }): Promise<void>;
    now(): number;
  };
  startWorker(options: Options): Promise<RunningTestWorker>;
  listen(): Promise<{ url: string }>;
  evictDurableObject(stub: unknown, options?: { webSockets?: "close" }): Promise<void>;
  runInDurableObject<T>(
    stub: unknown,
    body: (instance: never, state: DurableObjectState) => T | Promise<T>,
  ): Promise<T>;
}

const KIT: string = "@freehold/testing";

export const { clock, startWorker, listen, evictDurableObject, runInDurableObject } = (await import(
  KIT
)) as Kit;
