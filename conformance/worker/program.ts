import type { DurableObject } from "cloudflare:workers";
import type { ClientTools, ProgramOptions } from "./form.ts";
import type { Notes } from "./notes.ts";

export type { ClientSocket, ClientTools, ProgramOptions } from "./form.ts";
export { acceptAll } from "./form.ts";
export type { Entry, Notes } from "./notes.ts";
export { Trace } from "./notes.ts";

/** The classes a program exports, by name. */
export type Classes = Record<string, DurableObject>;

/** A namespace for each exported Durable Object class. */
export type Objects<C extends Classes> = {
  readonly [K in keyof C]: DurableObjectNamespace<
    C[K] extends Rpc.DurableObjectBranded ? C[K] : never
  >;
};

/** What a program that runs inside a fresh object gets. */
export interface ObjectTools extends Notes {
  readonly ctx: DurableObjectState;
  readonly storage: DurableObjectStorage;
  readonly sql: SqlStorage;
}

/** What a program that runs in the Worker gets. */
export interface WorkerTools<C extends Classes> extends Notes {
  readonly objects: Objects<C>;
  readonly ctx: ExecutionContext;
  /** `ctx.exports` of this program's classes, by their own names. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** A service binding for each entrypoint of this program, with `props` from the configuration. */
  readonly services: Readonly<Record<string, unknown>>;
  /** The name under which the bundle exports one of this program's classes. */
  className(name: string): string;
}

export interface ServerPart<C extends Classes> {
  /** Answers what the client part sends. `path` begins behind the program's own prefix. */
  fetch(request: Request, objects: Objects<C>, path: string): Response | Promise<Response>;
  client(tools: ClientTools): Promise<void>;
}

/** A program with its worker-side types. */
export type WorkerProgram = { readonly title: string; readonly options: ProgramOptions } & (
  | { readonly kind: "object"; readonly body: (tools: ObjectTools) => unknown }
  | { readonly kind: "worker"; readonly body: (tools: WorkerTools<Classes>) => unknown }
  | { readonly kind: "client"; readonly body: ServerPart<Classes> }
);

/** A program that runs inside one fresh Durable Object (with SQLite). */
export function inObject(
  title: string,
  body: (tools: ObjectTools) => unknown,
  options: ProgramOptions = {},
): WorkerProgram {
  return { kind: "object", title, body, options };
}

/** A program that runs in the Worker, with a namespace for each class that its file exports. */
export function inWorker<C extends Classes>(
  title: string,
  body: (tools: WorkerTools<C>) => unknown,
  options: ProgramOptions = {},
): WorkerProgram {
  return { kind: "worker", title, body: body as (tools: WorkerTools<Classes>) => unknown, options };
}

/** A program with a client outside: `fetch` runs in the Worker, `client` in Node. */
export function fromClient<C extends Classes>(
  title: string,
  body: ServerPart<C>,
  options: ProgramOptions = {},
): WorkerProgram {
  return { kind: "client", title, body: body as unknown as ServerPart<Classes>, options };
}
