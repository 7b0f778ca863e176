import {
  Agent,
  type Connection,
  type ConnectionContext,
  callable,
  getCurrentAgent,
  routeAgentRequest,
  type StreamingResponse,
} from "@freehold/agents";
import { told } from "./told.ts";

export class Sleeper extends Agent<Cloudflare.Env, { count: number }> {
  static override options = { keepAliveIntervalMs: 10_000 };
  override initialState = { count: 0 };
  memory = "fresh";
  #release: (() => void)[] = [];

  override getConnectionTags() {
    return ["red"];
  }

  override shouldConnectionBeReadonly(_connection: Connection, { request }: ConnectionContext) {
    return new URL(request.url).searchParams.has("readonly");
  }

  override shouldSendProtocolMessages(_connection: Connection, { request }: ConnectionContext) {
    return !new URL(request.url).searchParams.has("quiet");
  }

  override onClose(connection: Connection, code: number) {
    told.push(["closed", connection.id, code]);
  }

  @callable()
  use(note: string) {
    const { connection } = getCurrentAgent();
    const before = this.memory;
    this.memory = "used";
    const seen = connection?.state;
    connection?.setState({ note });
    return { before, seen, tags: connection?.tags, uri: connection?.uri };
  }

  @callable()
  set(count: number) {
    this.setState({ count });
  }

  @callable()
  async plan() {
    await this.schedule(30, "fired");
  }

  fired() {
    told.push(["fired", this.state.count]);
  }

  async hold() {
    this.#release.push(await this.keepAlive());
  }

  async release(twice: boolean) {
    const release = this.#release.pop();
    release?.();
    if (twice) release?.();
    return this._keepAliveRefs;
  }

  async during(fail: boolean) {
    const work = this.keepAliveWhile(async () => {
      told.push(["refs", this._keepAliveRefs]);
      if (fail) throw new Error("during");
    });
    await work.catch((error: Error) => told.push(error.message));
    return this._keepAliveRefs;
  }

  async alarmIn() {
    const at = await this.ctx.storage.getAlarm();
    return at === null ? null : at - Date.now();
  }

  async listed() {
    return (await this.listSchedules()).length;
  }

  // ---- Calls ----

  @callable()
  nothing() {
    return undefined;
  }

  @callable()
  nil() {
    return null;
  }

  @callable({ description: "fails" })
  fail() {
    throw new TypeError("wrong");
  }

  secret() {
    return "not for clients";
  }

  @callable({ streaming: true })
  stream(stream: StreamingResponse, mode: string) {
    if (mode === "throw") throw new Error("at once");
    stream.send(1);
    stream.send(2);
    if (mode === "error") stream.error("broken");
    else stream.end("whole");
    told.push([stream.end(), stream.error("again"), stream.send(3), stream.isClosed]);
  }

  callables() {
    return [...this.getCallableMethods()].map(([name, { description }]) => [name, description]);
  }
}

export class Heir extends Sleeper {
  @callable()
  own() {
    return "own";
  }
}

export default {
  async fetch(request: Request, env: Cloudflare.Env) {
    return (await routeAgentRequest(request, env)) ?? new Response("nobody", { status: 404 });
  },
};
