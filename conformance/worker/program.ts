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

/** An instance of a workflow, as far as the local engine of workerd has it. */
export interface Instance {
  readonly id: string;
  pause(): Promise<void>;
  resume(): Promise<void>;
  terminate(options?: object): Promise<void>;
  restart(options?: object): Promise<void>;
  status(): Promise<InstanceStatus>;
  sendEvent(event: { readonly type: string; readonly payload?: unknown }): Promise<void>;
}

/** `output` and `error` as they are; what workerd adds for local development is left out. */
export interface InstanceStatus {
  readonly status: string;
  readonly error?: unknown;
  readonly output?: unknown;
}

/** `step` with nothing said of its arguments, for misuse. */
export interface LooseStep {
  do(...args: unknown[]): Promise<unknown>;
  sleep(...args: unknown[]): Promise<unknown>;
}

/** What a program of a workflow sees of an error, as a value that it can return. */
export async function caught(act: () => unknown): Promise<unknown> {
  try {
    return { returned: (await act()) ?? null };
  } catch (error) {
    if (!(error instanceof Error)) return { threw: error };
    const { name, message } = error;
    const kind = error.constructor.name;
    return { threw: { name, message, class: kind, remote: "remote" in error } };
  }
}

/** A workflow's binding. */
export interface WorkflowBinding {
  create(options?: unknown): Promise<Instance>;
  createBatch(options: unknown): Promise<unknown>;
  get(id: unknown): Promise<Instance>;
}

/** What a program about workflows gets: it runs in the Worker. */
export interface WorkflowTools extends Notes {
  /** The bindings of the workflows that the file exports. */
  readonly workflows: Readonly<Record<string, WorkflowBinding>>;
  readonly exports: Readonly<Record<string, unknown>>;
  /** Makes an instance of `Flow`. Its events are compared when the program has ended. */
  create(params?: unknown, id?: string): Promise<Instance>;
  /** What an instance ended with, or where it stands after twelve seconds. */
  end(instance: Instance): Promise<InstanceStatus>;
  /** Makes an instance of `Flow`, and notes what it ended with. */
  run(label: string, params?: unknown): Promise<InstanceStatus>;
}

export interface ServerPart<C extends Classes> {
  /** Answers what the client part sends. `path` begins behind the program's own prefix. */
  fetch(request: Request, objects: Objects<C>, path: string): Response | Promise<Response>;
  client(tools: ClientTools): Promise<void>;
  /** Takes what the client part delivers. */
  email?(message: ForwardableEmailMessage, notes: Notes): void | Promise<void>;
}

/** A program with its worker-side types. */
export type WorkerProgram = { readonly title: string; readonly options: ProgramOptions } & (
  | { readonly kind: "object"; readonly body: (tools: ObjectTools) => unknown }
  | { readonly kind: "worker"; readonly body: (tools: WorkerTools<Classes>) => unknown }
  | { readonly kind: "workflow"; readonly body: (tools: WorkflowTools) => unknown }
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

/**
 * A program about workflows: it runs in the Worker, with a binding for each class that its file exports
 * and that extends `WorkflowEntrypoint`.
 */
export function inWorkflow(
  title: string,
  body: (tools: WorkflowTools) => unknown,
  options: ProgramOptions = {},
): WorkerProgram {
  return { kind: "workflow", title, body, options };
}

/** A program with a client outside: `fetch` runs in the Worker, `client` in Node. */
export function fromClient<C extends Classes>(
  title: string,
  body: ServerPart<C>,
  options: ProgramOptions = {},
): WorkerProgram {
  return { kind: "client", title, body: body as unknown as ServerPart<Classes>, options };
}
