import {
  Agent,
  type Connection,
  type ConnectionContext,
  callable,
  getCurrentAgent,
  routeAgentRequest,
} from "@freehold/agents";
import { told } from "./told.ts";

type Count = { count: number };

export class Counter extends Agent<Cloudflare.Env, Count> {
  override initialState: Count = { count: 0 };

  override shouldConnectionBeReadonly(_connection: Connection, { request }: ConnectionContext) {
    return new URL(request.url).searchParams.has("readonly");
  }

  override shouldSendProtocolMessages(_connection: Connection, { request }: ConnectionContext) {
    return !new URL(request.url).searchParams.has("quiet");
  }

  override validateStateChange(next: Count, source: Connection | "server") {
    told.push(["validate", next.count, source === "server" ? source : source.id]);
    if (next.count < 0) throw new Error("no negative counts");
  }

  override onStateChanged(state: Count | undefined, source: Connection | "server") {
    const [row] = this.sql<{ state: string }>`SELECT state FROM cf_agents_state`;
    told.push(["changed", state?.count, source === "server" ? source : source.id, row?.state]);
    if (state?.count === 666) throw new Error("the hook failed");
  }

  override onError(_error: unknown) {
    told.push(["error"]);
  }

  @callable()
  set(count: number) {
    this.setState({ count });
  }

  @callable()
  read() {
    return this.state.count;
  }

  @callable()
  flip(readonly: boolean) {
    const { connection } = getCurrentAgent();
    if (connection) this.setConnectionReadonly(connection, readonly);
  }

  @callable()
  keep(value: unknown) {
    const { connection } = getCurrentAgent();
    connection?.setState(value);
    connection?.setState((before: unknown) => ({ before }));
    return connection?.state;
  }
}

export class Bare extends Agent<Cloudflare.Env, unknown> {
  put(value: unknown) {
    this.setState(value);
  }

  now() {
    return this.state;
  }
}

export class TwoHooks extends Agent<Cloudflare.Env, Count> {
  override onStateChanged() {
    told.push("never");
  }

  override onStateUpdate() {
    told.push("never");
  }
}

export default {
  async fetch(request: Request, env: Cloudflare.Env) {
    return (await routeAgentRequest(request, env)) ?? new Response("nobody", { status: 404 });
  },
};
