import { DurableObject } from "cloudflare:workers";
import type { Entry, RunResult } from "./notes.ts";
import type { Classes, Objects, WorkerProgram, WorkflowTools } from "./program.ts";
import { Trace } from "./program.ts";
import { eventsOf, workflowTools } from "./workflows.ts";

type Env = Readonly<Record<string, DurableObjectNamespace>>;

/** One program as the generated entry names it; `id` prefixes its bindings and exports. */
export interface Served {
  readonly id: string;
  readonly program: WorkerProgram;
  readonly classes: readonly string[];
}

/** Builds the Worker and the class of the object that `inObject` programs run in. */
export function serve(served: readonly Served[]) {
  const byPath = new Map(served.map((item) => [item.id, item]));
  /** What programs noted of e-mail, until their clients ask for it. */
  const mail = new Map<string, readonly Entry[]>();

  class Lab extends DurableObject<Env> {
    async run(id: string): Promise<RunResult> {
      const { program } = find(id);
      if (program.kind !== "object") throw new Error(`${id} does not run inside an object`);
      const { storage } = this.ctx;
      const body = program.body;
      return collect((trace) => body({ ...trace, ctx: this.ctx, storage, sql: storage.sql }));
    }
  }

  function find(id: string): Served {
    const item = byPath.get(id);
    if (item === undefined) throw new Error(`no program ${id}`);
    return item;
  }

  async function run(item: Served, env: Env, ctx: ExecutionContext): Promise<RunResult> {
    const { program } = item;
    if (program.kind === "object") {
      const lab = env.Lab!.getByName(item.id) as unknown as { run(id: string): Promise<RunResult> };
      return lab.run(item.id);
    }
    if (program.kind === "client") throw new Error(`${item.id} is run by its client`);
    if (program.kind === "workflow") return runWorkflow(item, program.body, env, ctx);
    const { body } = program;
    const exports = exportsOf(item, ctx);
    const objects = objectsOf(item, env);
    const className = (name: string) => exportedName(item, name);
    const services = pick(item, (name) => env[`service_${name}`]);
    return collect((trace) => body({ ...trace, ctx, exports, services, className, objects }));
  }

  async function runWorkflow(
    item: Served,
    body: (tools: WorkflowTools) => unknown,
    env: Env,
    ctx: ExecutionContext,
  ): Promise<RunResult> {
    const instances: { workflow: string; id: string }[] = [];
    const result = await collect((trace) => body(workflowTools(item, env, ctx, trace, instances)));
    return { ...result, instances };
  }

  async function fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const [, verb, id, ...rest] = new URL(request.url).pathname.split("/");
    if (verb === "ready") return new Response("ready");
    if (verb === "events") return Response.json(await eventsOf(env, id ?? "", rest[0] ?? ""));
    if (verb === "mail") return Response.json(mail.get(id ?? "") ?? []);
    const item = find(id ?? "");
    if (verb === "run") return Response.json(await run(item, env, ctx));
    if (item.program.kind !== "client") return new Response("not for clients", { status: 404 });
    return item.program.body.fetch(request, objectsOf(item, env), `/${rest.join("/")}`);
  }

  /** The local part of the address is the program's id. */
  async function email(message: ForwardableEmailMessage): Promise<void> {
    const { id, program } = find(message.to.split("@")[0] ?? "");
    const trace = new Trace();
    if (program.kind === "client") await program.body.email?.(message, trace);
    mail.set(id, trace.entries);
  }

  return { Lab, handler: { fetch, email } };
}

async function collect(body: (trace: Trace) => unknown): Promise<RunResult> {
  const trace = new Trace();
  try {
    await body(trace);
    return { entries: trace.entries };
  } catch (error) {
    const threw = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { entries: trace.entries, threw };
  }
}

function objectsOf(item: Served, env: Env): Objects<Classes> {
  return pick(item, (name) => env[name]) as unknown as Objects<Classes>;
}

function exportsOf(item: Served, ctx: ExecutionContext): Record<string, unknown> {
  return pick(item, (name) => (ctx.exports as Record<string, unknown>)[name]);
}

function pick(item: Served, look: (name: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(item.classes.map((name) => [name, look(exportedName(item, name))]));
}

function exportedName(item: Served, name: string): string {
  return `${item.id}__${name}`;
}
