import { Agent, callable } from "@freehold/agents";
import { RoutedAgents } from "@freehold/agents/routing";

/** HTTP with sub-paths and methods, server-sent events, and a directory of other agents. */
export class API extends Agent<Env, { users: string[] }> {
  initialState = { users: [] as string[] };

  async onRequest(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.replace(/^\/agents\/api\/[^/]+/, "");
    if (request.method === "GET" && path === "/users") return Response.json(this.state.users);
    if (request.method === "POST" && path === "/users") {
      const { name } = await request.json<{ name: string }>();
      this.setState({ users: [...this.state.users, name] });
      return Response.json({ name }, { status: 201 });
    }
    if (path === "/events") return this.#events();
    return new Response("Not found", { status: 404 });
  }

  #events(): Response {
    const { users } = this.state;
    const encoder = new TextEncoder();
    const stream = new ReadableStream({
      start(controller) {
        for (const user of users) controller.enqueue(encoder.encode(`data: ${user}\n\n`));
        controller.close();
      },
    });
    return new Response(stream, {
      headers: { "content-type": "text/event-stream", "cache-control": "no-cache" },
    });
  }
}

export class ChatAgent extends Agent<Env, { said: string[] }> {
  initialState = { said: [] as string[] };

  @callable()
  say(text: string) {
    this.setState({ said: [...this.state.said, text] });
    return this.state.said.length;
  }

  onRequest(request: Request) {
    return Response.json({ path: new URL(request.url).pathname, said: this.state.said });
  }
}

export class UserAgent extends Agent<Env> {
  readonly chats = new RoutedAgents<ChatAgent, { title: string }>({
    namespace: this.env.ChatAgent,
    route: "chats",
  });

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.lifecycle.use(this.chats);
  }

  @callable()
  createChat(title: string) {
    return this.chats.create({ metadata: { title } });
  }

  @callable()
  listChats() {
    return this.chats.list();
  }

  @callable()
  deleteChat(id: string) {
    return this.chats.delete(id);
  }

  @callable()
  async sayIn(id: string, text: string) {
    const chat = await this.chats.get(id);
    return chat ? chat.say(text) : null;
  }

  onRequest() {
    return new Response(`hub ${this.name}`);
  }
}
