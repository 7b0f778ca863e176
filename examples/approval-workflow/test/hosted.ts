/**
 * The Worker in this process, with a clock that the test moves. The kit is loaded by a name in a
 * variable, since its types are Node's and the page's tests see those of the browser.
 */

/** A Worker that runs until it is stopped. */
export interface RunningTestWorker {
  stop(): Promise<void>;
}

interface Options {
  readonly load: () => Promise<unknown>;
  readonly objects: Readonly<Record<string, string>>;
  readonly workflows: Readonly<Record<string, string>>;
  readonly assets: {
    readonly directory: string;
    readonly binding: undefined;
    readonly notFoundHandling: "single-page-application";
    readonly runWorkerFirst: readonly string[];
  };
  readonly clock: { readonly now: string; readonly paused: boolean };
}

interface Kit {
  readonly clock: { advance(by: string): Promise<void> };
  startWorker(options: Options): Promise<RunningTestWorker>;
  listen(): Promise<{ readonly url: string }>;
}

const KIT: string = "@freehold/testing";

export const { clock, listen, startWorker } = (await import(KIT)) as Kit;
