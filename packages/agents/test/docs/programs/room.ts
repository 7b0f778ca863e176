import {
  Agent,
  type Connection,
  type ConnectionContext,
  callable,
  getCurrentAgent,
  type StreamingResponse,
  type WSMessage,
} from "@freehold/agents";

type RoomState = { topic: string; changes: number };
type Member = { username: string; role: string };

/** Reads the agent whose code runs, from outside of its class. */
function whoRuns(): string {
  const { agent, connection } = getCurrentAgent<Room>();
  return `${agent?.name ?? "nobody"} for ${connection?.id ?? "nobody"}`;
}

/** Presence, tags, read-only viewers, state that clients write, and a refused token. */
export class Room extends Agent<Env, RoomState> {
  initialState: RoomState = { topic: "none", changes: 0 };

  getConnectionTags(_connection: Connection, ctx: ConnectionContext): string[] {
    const role = new URL(ctx.request.url).searchParams.get("role");
    return role ? [role] : [];
  }

  shouldConnectionBeReadonly(_connection: Connection, ctx: ConnectionContext): boolean {
    return new URL(ctx.request.url).searchParams.get("mode") === "view";
  }

  async onConnect(connection: Connection<Member>, ctx: ConnectionContext) {
    const { searchParams } = new URL(ctx.request.url);
    if (searchParams.get("token") === "expired") {
      connection.close(4001, "Token expired");
      return;
    }
    connection.setState({
      username: searchParams.get("name") ?? "anonymous",
      role: searchParams.get("role") ?? "guest",
    });
    this.broadcast(JSON.stringify({ type: "presence", members: this.#members() }));
  }

  async onMessage(connection: Connection<Member>, message: WSMessage) {
    if (typeof message !== "string") return;
    for (const other of this.getConnections<Member>("moderator")) {
      other.send(`${connection.state?.username}: ${message}`);
    }
  }

  async onClose() {
    this.broadcast(JSON.stringify({ type: "presence", members: this.#members() }));
  }

  onStateChanged(state: RoomState | undefined, source: Connection | "server") {
    // Without this guard the server would answer itself for ever.
    if (source === "server" || !state) return;
    this.setState({ ...state, changes: state.changes + 1 });
  }

  @callable()
  setReadonly(value: boolean) {
    const { connection } = getCurrentAgent();
    if (connection) this.setConnectionReadonly(connection, value);
    return connection ? this.isConnectionReadonly(connection) : undefined;
  }

  @callable({ description: "Says who runs" })
  async who() {
    await Promise.resolve();
    return whoRuns();
  }

  @callable({ streaming: true })
  async count(stream: StreamingResponse, to: number) {
    for (let n = 1; n <= to; n++) stream.send(n);
    stream.end({ total: to });
  }

  #members() {
    const members = [...this.getConnections<Member>()];
    return members.map((connection) => connection.state?.username).sort();
  }
}
