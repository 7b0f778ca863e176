import {
  Agent,
  type Connection,
  type ConnectionContext,
  callable,
  routeAgentRequest,
  type WSMessage,
} from "@freehold/agents";
import { told } from "./told.ts";

export class Room extends Agent<Cloudflare.Env, { topic: string }> {
  override initialState = { topic: "none" };
  readonly nameInConstructor = this.name;

  override getConnectionTags(_connection: Connection, { request }: ConnectionContext) {
    return new URL(request.url).searchParams.getAll("tag");
  }

  override shouldSendProtocolMessages(_connection: Connection, { request }: ConnectionContext) {
    return !new URL(request.url).searchParams.has("quiet");
  }

  override onConnect(_connection: Connection, { request }: ConnectionContext) {
    if (new URL(request.url).searchParams.has("fail")) throw new Error("a secret");
  }

  override onMessage(connection: Connection, message: WSMessage) {
    connection.send(`got ${typeof message === "string" ? JSON.stringify(message) : "bytes"}`);
  }

  override onClose(_connection: Connection, code: number, reason: string) {
    told.push([code, reason]);
  }

  override async onRequest(request: Request) {
    const { pathname, search } = new URL(request.url);
    if (pathname.endsWith("/throw")) throw new Error("a secret");
    const reader = request.body?.getReader();
    if (!reader) return Response.json([this.name, pathname + search]);
    const first = await reader.read();
    told.push(`first ${first.value?.length}`);
    let length = first.value?.length ?? 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
    }
    return Response.json(length);
  }

  @callable()
  say(topic: string) {
    this.setState({ topic });
    return topic;
  }

  @callable()
  async slow() {
    await scheduler.wait(1000);
    told.push("slow ended");
  }

  @callable()
  count(tag?: string) {
    return [...this.getConnections(tag)].map(({ id, tags }) => [id, ...tags]);
  }

  names() {
    return [this.name, this.nameInConstructor];
  }

  async later() {
    await this.schedule(60, "note");
  }

  note() {
    told.push(["alarm", this.name, this.nameInConstructor]);
  }

  /** A socket that the SDK did not accept. */
  foreign() {
    const { 0: _client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return this.ctx.getWebSockets().length;
  }
}

/** Has no state, and says nothing of who it is. */
export class Anonymous extends Agent<Cloudflare.Env, { a: number }> {
  static override options = { sendIdentityOnConnect: false };
  override initialState = { a: 1 };
}

export class Stateless extends Agent {}

export class LOUD_AGENT extends Agent {
  override onRequest() {
    return new Response(this.name);
  }
}

export class Sub_ extends LOUD_AGENT {}

let failures = 1;
let starts = 0;

/** Its first start fails. */
export class Stubborn extends Agent {
  override async onStart() {
    starts++;
    await Promise.resolve();
    if (failures-- > 0) throw new Error("not yet");
  }

  override onRequest() {
    return new Response(`started ${starts}`);
  }
}

/** Deals with the failure of its start itself, or with another error than it had. */
export class Forgiving extends Agent {
  override onStart() {
    throw new Error("no start");
  }

  override onError(error: unknown) {
    if (this.name === "strict") throw new Error("said otherwise", { cause: error });
    told.push((error as Error).message);
  }

  override onRequest() {
    return new Response("all the same");
  }
}

export default {
  async fetch(request: Request, env: Cloudflare.Env) {
    return (await routeAgentRequest(request, env)) ?? new Response("nobody", { status: 404 });
  },
};
