import type { ConnectionRecord } from "../connections/connection.ts";
import { type Connections, closeQuietly, sendQuietly } from "../connections/connections.ts";
import { agentContext, contextOf } from "../context.ts";
import type { Random } from "../random.ts";
import { CloseCode, CloseReason, CONNECTION_ID_PARAMETER, setupErrorFrame } from "../wire.ts";
import type { Capability } from "./capability.ts";
import { failureText } from "./development.ts";
import { type AgentHooks, askOnError, HANDLED } from "./host.ts";
import { takeProps } from "./props.ts";
import type { Startup } from "./startup.ts";
import type { Welcome } from "./welcome.ts";

/** What answering requests needs. */
export interface RequestPorts {
  readonly hooks: AgentHooks;
  readonly startup: Startup;
  readonly connections: Connections;
  readonly capabilities: readonly Capability[];
  readonly welcome: Welcome;
  readonly random: Random;
  /** Whether clients may see stacks. */
  readonly development: boolean;
  /** `Class:name`, for logs. */
  label(): string;
}

/** Answers HTTP requests and WebSocket upgrades. */
export class Requests {
  readonly #ports: RequestPorts;

  constructor(ports: RequestPorts) {
    this.#ports = ports;
  }

  /** Never rejects: a failure becomes a 500, or a closed socket. */
  async fetch(incoming: Request): Promise<Response> {
    const upgrade = incoming.headers.get("upgrade")?.toLowerCase() === "websocket";
    try {
      const { request, props } = takeProps(incoming);
      const starting = this.#ports.startup.ensure(props);
      if (starting) await starting;
      return await (upgrade ? this.#connect(request) : this.#answer(request));
    } catch (error) {
      this.#log(error);
      const text = failureText(error, this.#ports.development);
      return upgrade ? refuseSocket(text) : new Response(text, { status: 500 });
    }
  }

  async #answer(request: Request): Promise<Response> {
    const { hooks, capabilities } = this.#ports;
    return agentContext.run(contextOf(hooks, { request }), async () => {
      try {
        for (const capability of capabilities) {
          const response = await capability.onRequest?.(request);
          if (response) return response;
        }
        return await hooks.onRequest(request);
      } catch (error) {
        const thrown = await askOnError(hooks, error);
        throw thrown === HANDLED ? error : thrown;
      }
    });
  }

  async #connect(request: Request): Promise<Response> {
    const { hooks, connections, random } = this.#ports;
    const { 0: client, 1: server } = new WebSocketPair();
    const id = new URL(request.url).searchParams.get(CONNECTION_ID_PARAMETER) || random.id();
    const record = connections.provisional(server, id, request.url);
    const { connection } = record;
    const context = contextOf(hooks, { connection, request });
    const given = await agentContext.run(context, () =>
      hooks.getConnectionTags(connection, { request }),
    );
    connections.accept(record, given);
    try {
      await agentContext.run(context, () => this.#greet(record, request));
    } catch (error) {
      const thrown = await askOnError(hooks, error);
      if (thrown !== HANDLED) {
        this.#drop(record);
        throw thrown;
      }
    }
    return new Response(null, { status: 101, webSocket: client });
  }

  async #greet(record: ConnectionRecord, request: Request): Promise<void> {
    const { hooks, capabilities, welcome } = this.#ports;
    const context = { request };
    for (const capability of capabilities) await capability.onAccept?.(record.connection, context);
    welcome.send(record, context);
    for (const capability of capabilities) await capability.onConnect?.(record.connection, context);
    await hooks.onConnect(record.connection, context);
  }

  /** The client will be given a socket that says why; this one must not stay among the open ones. */
  #drop(record: ConnectionRecord): void {
    this.#ports.connections.forget(record);
    closeQuietly(record.connection, CloseCode.INTERNAL_ERROR, CloseReason.SETUP_FAILED);
  }

  #log(error: unknown): void {
    console.error(`Error in ${this.#ports.label()} fetch:`, error);
  }
}

/**
 * A browser cannot read the answer to a refused upgrade, so the refusal is a frame and a close, on a
 * socket of its own: workerd ends one that hibernates and was closed before its 101 only after 10 s.
 */
function refuseSocket(text: string): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  sendQuietly(server, setupErrorFrame(text));
  closeQuietly(server, CloseCode.INTERNAL_ERROR, CloseReason.SETUP_FAILED);
  return new Response(null, { status: 101, webSocket: client });
}
