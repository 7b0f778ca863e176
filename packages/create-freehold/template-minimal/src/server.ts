import { Agent, callable, routeAgentRequest } from "@freehold/agents";

interface Env {
  Counter: DurableObjectNamespace<Counter>;
}

interface CounterState {
  readonly count: number;
}

/** One counter for each name, in a database of its own. */
export class Counter extends Agent<Env, CounterState> {
  override initialState: CounterState = { count: 0 };

  /** Clients call it by its name, over their socket. */
  @callable()
  increment(): number {
    this.setState({ count: this.state.count + 1 });
    return this.state.count;
  }

  /** `POST` counts, `GET` looks. */
  override async onRequest(request: Request): Promise<Response> {
    if (request.method === "POST") this.increment();
    return Response.json(this.state);
  }
}

export default {
  async fetch(request, env) {
    return (await routeAgentRequest(request, env)) ?? new Response("Not found", { status: 404 });
  },
} satisfies ExportedHandler<Env>;
