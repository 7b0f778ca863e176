import {
  Agent,
  type Connection,
  type ConnectionContext,
  callable,
  getAgentByName,
  getSubAgentByName,
  routeAgentRequest,
  routeSubAgentRequest,
  type SubAgentClass,
  type WSMessage,
} from "@freehold/agents";
import { told } from "./told.ts";

type Calls = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** Work in time, of a parent as of its children. */
class Planner extends Agent<Cloudflare.Env, { n: number }> {
  override initialState = { n: 0 };

  async plan(seconds: number, payload: string) {
    return (await this.schedule(seconds, "onPlan", payload)).id;
  }

  async planOften(seconds: number) {
    return (await this.scheduleEvery(seconds, "onPlan", "often")).id;
  }

  cancel(id: string) {
    return this.cancelSchedule(id);
  }

  async plans() {
    return (await this.listSchedules()).map(({ payload }) => payload);
  }

  syncPlans() {
    return this.getSchedules();
  }

  async onPlan(payload: string) {
    told.push([this.name, payload]);
    if (payload === "cancel others") {
      for (const { id, payload: other } of await this.listSchedules()) {
        if (other === "victim") await this.cancelSchedule(id);
      }
    }
    if (payload === "destroy") await this.destroy();
  }

  async enqueue(what: string) {
    await this.queue("onItem", what);
  }

  onItem(what: string) {
    told.push([this.name, `item ${what}`]);
  }

  async hold() {
    await this.keepAlive();
  }

  ownJob(inMilliseconds: number) {
    return this.lifecycle.jobs.push({ fn: "own", time: Date.now() + inMilliseconds });
  }

  override onJob() {
    told.push([this.name, "own job"]);
  }
}

/** What a parent and its children have in common. */
class Relative extends Planner {
  who() {
    return [this.name, this.selfPath.map(({ className, name }) => `${className}:${name}`)];
  }

  keep(key: string, value?: unknown) {
    if (value !== undefined) this.ctx.storage.kv.put(key, value);
    return this.ctx.storage.kv.get(key) ?? null;
  }

  /** Calls a method of an agent further inside; each step is `Class:name`. */
  async at(steps: readonly string[], method: string, ...args: unknown[]): Promise<unknown> {
    const [step, ...rest] = steps;
    if (step === undefined) return (this as unknown as Calls)[method]?.(...args);
    const [className = "", ...name] = step.split(":");
    const child = (await this.subAgent(classes()[className] as never, name.join(":"))) as Calls;
    return rest.length > 0 ? child.at?.(rest, method, ...args) : child[method]?.(...args);
  }

  async remove(className: string, name: string) {
    await this.deleteSubAgent(classes()[className] as never, name);
  }

  stop(className: string, name: string) {
    this.abortSubAgent(classes()[className] as never, name, new Error("stopped"));
  }

  children() {
    return this.listSubAgents().map(({ className, name }) => `${className}:${name}`);
  }

  tally() {
    this.setState({ n: this.state.n + 1 });
  }

  say(text: string) {
    this.broadcast(text);
  }

  connectionIds(tag?: string) {
    return [...this.getConnections(tag)].map(({ id }) => id).sort();
  }

  async stream(write: (chunk: number) => Promise<void>) {
    for (const chunk of [1, 2, 3]) await write(chunk);
  }

  override getConnectionTags(_connection: Connection, { request }: ConnectionContext) {
    return new URL(request.url).searchParams.getAll("tag");
  }

  override shouldConnectionBeReadonly(_connection: Connection, { request }: ConnectionContext) {
    return new URL(request.url).searchParams.has("readonly");
  }

  override shouldSendProtocolMessages(_connection: Connection, { request }: ConnectionContext) {
    return !new URL(request.url).searchParams.has("quiet");
  }

  override onConnect(connection: Connection, { request }: ConnectionContext) {
    if (new URL(request.url).searchParams.has("fail")) throw new Error("a secret");
    connection.setState({ times: 0 });
    told.push([this.name, "connect", new URL(request.url).pathname, request.headers.get("x-by")]);
  }

  #seen = new Set<Connection>();

  override onMessage(connection: Connection<{ times: number }>, message: WSMessage) {
    if (message === "close me") return connection.close(4007, "as asked");
    if (typeof message !== "string") return connection.send(message);
    this.#seen.add(connection);
    connection.setState((before) => ({ times: (before?.times ?? 0) + 1 }));
    const { state, tags, uri } = connection;
    const path = uri && new URL(uri).pathname;
    connection.send(
      `${this.name} ${message} ${JSON.stringify([state?.times, tags.slice(1), path, this.#seen.size])}`,
    );
  }

  override onClose(_connection: Connection, code: number, reason: string) {
    told.push([this.name, "close", code, reason]);
  }

  override async onRequest(request: Request) {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/prefix") {
      const first = await request.body?.getReader().read();
      return new Response(first?.value);
    }
    const by = request.headers.get("x-by");
    const body = request.body ? await new Response(request.body).arrayBuffer() : undefined;
    return Response.json([this.name, request.method, pathname + search, by, body?.byteLength]);
  }
}

export class Root extends Relative {
  /** The way a request is let pass; set by tests. */
  static gate: (request: Request) => Request | Response | undefined = () => undefined;

  override async onBeforeSubAgent(request: Request, child: { className: string; name: string }) {
    told.push([this.name, "gate", child.className, child.name]);
    return Root.gate(request) ?? super.onBeforeSubAgent(request, child);
  }

  /** A callback that is called from the child. */
  async streamed(name: string) {
    const seen: number[] = [];
    const child = await this.subAgent(Child, name);
    await child.stream(async (chunk) => void seen.push(chunk));
    return seen;
  }

  /** Each of these is refused. */
  async refused(what: string) {
    const attempts: Record<string, () => Promise<unknown>> = {
      nul: () => this.subAgent(Child, "a\0b"),
      surrogate: () => this.subAgent(Child, "\ud800"),
      sub: () => this.subAgent(Sub, "a"),
      hidden: () => this.subAgent(Hidden, "a"),
      failing: () => this.subAgent(Failing, "a"),
      deep: () => this.at(["Child:1", "Child:2", "Child:3", "Child:4"], "who"),
      parent: () => this.parentAgent(Root),
      method: () => this._cf_invokeSubAgent("Child", "a", "nothing", []),
    };
    try {
      return await attempts[what]?.();
    } catch (error) {
      return [(error as Error).message, this.children()];
    }
  }
}

export class Child extends Relative {
  readonly nameInConstructor = this.name;

  inConstructor() {
    return this.nameInConstructor;
  }

  override async onBeforeSubAgent(_request: Request, child: { className: string; name: string }) {
    told.push([this.name, "gate", child.className, child.name]);
    if (child.name === "refused") return new Response("no", { status: 403 });
  }

  async parentWho() {
    const parent = await this.parentAgent((this.parentPath.length === 1 ? Root : Child) as never);
    return (parent as unknown as Child).who();
  }

  async parentFetch() {
    const parent = await this.parentAgent(Child);
    const answer = await parent.fetch("http://parent/asked?by=child", {
      method: "POST",
      body: "x",
    });
    return answer.json();
  }

  async wrongParent() {
    try {
      await this.parentAgent(Failing);
    } catch (error) {
      return (error as Error).message;
    }
  }
}

/** Has a binding of its own, so it is not made by who writes its name into a URL. */
export class Bound extends Relative {}

export class Sub extends Relative {}

export class Failing extends Relative {
  override onStart() {
    this.ctx.storage.kv.put("left", "over");
    throw new Error("never starts");
  }
}

/** Schedules when it starts. */
export class Prompt extends Relative {
  override async onStart() {
    told.push("it asks back");
    await this.scheduleEvery(60, "onPlan", "often");
  }
}

/** Makes a child while it starts; with a name of its own it waits for one that asks back. */
export class Hasty extends Relative {
  override async onStart() {
    if (this.name === "asks") await this.subAgent(Prompt, "a");
    else await this.at(["Child:a"], "keep", "made", "early");
  }
}

/** Is not exported. */
class Hidden extends Relative {}

function classes(): Record<string, SubAgentClass> {
  return { Root, Child, Bound, Sub, Failing, Prompt, Hasty } as never;
}

export class Holder extends Agent {
  @callable()
  hold() {
    return "held";
  }
}

export default {
  async fetch(request: Request, env: Cloudflare.Env) {
    const url = new URL(request.url);
    const { Root: roots } = env as unknown as { Root: DurableObjectNamespace<Root> };
    if (url.pathname.startsWith("/own/")) {
      const root = await getAgentByName(roots as never, "own");
      const from = url.searchParams.get("from");
      return routeSubAgentRequest(request, root, from === null ? {} : { fromPath: from });
    }
    if (url.pathname === "/stub") {
      const root = await getAgentByName(roots as never, "own");
      const stub = (await getSubAgentByName(root, Child, "s")) as unknown as Calls;
      const failed = await Promise.resolve(stub.fetch?.("x")).catch((e: Error) => e.message);
      return Response.json([await stub.who?.(), JSON.stringify(stub) ?? null, failed]);
    }
    return (await routeAgentRequest(request, env)) ?? new Response("none", { status: 404 });
  },
};
