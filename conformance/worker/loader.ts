import { env } from "cloudflare:workers";

/** Anything that can be called on a stub of a loaded Worker. */
export type Loaded = Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>> & {
  fetch(input: string | Request, init?: RequestInit): Promise<Response>;
};

interface LoadedStub {
  getEntrypoint(name?: string | null, options?: unknown): Loaded;
  getDurableObjectClass(name?: string, options?: unknown): DurableObjectClass;
}

interface Loader {
  get(id: unknown, getCode?: () => unknown): LoadedStub;
  load(code?: unknown): LoadedStub;
}

/** The binding that both hosts give to every program. Its arguments are loose, for misuse. */
export function loader(): Loader {
  return (env as unknown as { LOADER: Loader }).LOADER;
}

export const DATE = "2026-06-11";

/** The code of a Worker of one module. */
export function code(source: string, more: object = {}): object {
  return { compatibilityDate: DATE, mainModule: "m.js", modules: { "m.js": source }, ...more };
}

/** The default entrypoint of such a Worker. */
export function load(source: string, more: object = {}): Loaded {
  return loader().load(code(source, more)).getEntrypoint();
}
