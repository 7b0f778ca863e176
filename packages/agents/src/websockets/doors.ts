import { type ConnectionRecord, provisionalConnection } from "../connections/connection.ts";
import { type Connections, closeQuietly } from "../connections/connections.ts";
import { agentContext, contextOf } from "../context.ts";
import { FreeholdError } from "../errors.ts";
import type { InternalServices } from "../lifecycle/capability.ts";
import type { CallTable } from "../rpc/call-table.ts";
import type { RpcDispatcher } from "../rpc/dispatch.ts";
import { ConnectionFlag } from "../schema.ts";
import {
  CloseCode,
  CloseReason,
  CONNECTION_ID_PARAMETER,
  STATE_SYNC_PATCH,
  STATE_SYNC_QUERY,
} from "../wire.ts";
import type { Messages } from "./messages.ts";
import { nativeCall } from "./native-call.ts";
import type { InternalHandlers, WebSocketsOptions } from "./options.ts";
import type { Protocol } from "./protocol.ts";
import { rootClass, startSession } from "./session.ts";
import { isCapnWebTransportUpgrade } from "./transport.ts";

type Library = typeof import("capnweb");

/** Close code of a socket that broke. */
const ABNORMAL = 1006;

/** What letting connections in needs. */
export interface DoorPorts {
  readonly services: InternalServices;
  readonly options: WebSocketsOptions;
  readonly connections: Connections;
  readonly protocol: Protocol;
  readonly messages: Messages;
  readonly rpc: RpcDispatcher | undefined;
  readonly calls: CallTable | undefined;
  readonly settle: ((error: unknown) => Promise<void>) | undefined;
  handlers(): readonly InternalHandlers[];
}

/** Lets connections in: on a socket that hibernates, or in a Cap'n Web session. */
export class Doors {
  readonly #ports: DoorPorts;
  #sessions: Promise<{ library: Library; Root: ReturnType<typeof rootClass> }> | undefined;

  constructor(ports: DoorPorts) {
    this.#ports = ports;
  }

  /** Answers an upgrade. Rejects when the connection could not be set up. */
  open(request: Request): Promise<Response> {
    return isCapnWebTransportUpgrade(request) ? this.#session(request) : this.#socket(request);
  }

  /** Lets a connection in on a socket. Rejects when the connection could not be set up. */
  async admit(server: WebSocket, request: Request, id = this.#idOf(request)): Promise<void> {
    const { connections } = this.#ports;
    const record = connections.provisional(server, id, request.url);
    connections.accept(record, await this.#tagsOf(record, request));
    try {
      await this.#greet(record, request);
    } catch (error) {
      // The client will be given a socket that says why; this one must not stay among the open.
      connections.forget(record);
      closeQuietly(record.connection, CloseCode.INTERNAL_ERROR, CloseReason.SETUP_FAILED);
      throw error;
    }
  }

  async #socket(request: Request): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    await this.admit(server, request);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** The session keeps the object in memory for as long as it is open. */
  async #session(request: Request): Promise<Response> {
    const { connections, services } = this.#ports;
    this.#sessions ??= this.#load();
    const { library, Root } = await this.#sessions;
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    const socket = startSession(library, Root, request.url, server, () => record);
    const pk = { id: this.#idOf(request), tags: [], uri: request.url };
    const connection = socket as unknown as WebSocket;
    const record = provisionalConnection(connection, pk, services.host);
    const tags = await this.#tagsOf(record, request);
    connections.addSession(record, tags);
    const ended = (code: number, reason: string, wasClean: boolean) => {
      if (socket.ended()) this.#ended(record, code, reason, wasClean);
    };
    server.addEventListener("close", ({ code, reason, wasClean }) => ended(code, reason, wasClean));
    server.addEventListener("error", () => ended(ABNORMAL, "", false));
    try {
      await this.#greet(record, request);
    } catch (error) {
      console.error(`onConnect of ${services.className}:${services.name} failed:`, error);
      connections.forget(record);
      socket.close(CloseCode.INTERNAL_ERROR, CloseReason.CONNECT_FAILED);
    }
    return new Response(null, { status: 101, webSocket: client });
  }

  /** The library is loaded with the first session: objects without any do not pay for it. */
  async #load() {
    const { calls, messages, rpc } = this.#ports;
    const library = await import("capnweb");
    const Root = rootClass(library, {
      methods: calls?.methods.keys() ?? [],
      call(from, method, args) {
        if (!messages.admits(from)) {
          throw new FreeholdError("too_many_messages", CloseReason.TOO_MANY_MESSAGES);
        }
        return calls && rpc && nativeCall({ calls, rpc, from, method, args });
      },
      received: (from, frame) => messages.message(from, frame),
    });
    return { library, Root };
  }

  #ended(record: ConnectionRecord, code: number, reason: string, wasClean: boolean): void {
    const { messages, services } = this.#ports;
    const told = messages.close(record, code, reason, wasClean).catch((error: unknown) => {
      console.error(`Error in ${services.className}:${services.name} webSocketClose:`, error);
    });
    services.waitUntil(told);
  }

  #idOf(request: Request): string {
    const asked = new URL(request.url).searchParams.get(CONNECTION_ID_PARAMETER);
    return asked || this.#ports.services.random.id();
  }

  async #tagsOf(record: ConnectionRecord, request: Request): Promise<readonly unknown[]> {
    const { options } = this.#ports;
    const { connection } = record;
    return agentContext.run(this.#contextOf(record, request), async () => {
      return (await options.getConnectionTags?.(connection, { request })) ?? [];
    });
  }

  #contextOf({ connection }: ConnectionRecord, request: Request) {
    return contextOf(this.#ports.services.host, { connection, request });
  }

  async #greet(record: ConnectionRecord, request: Request): Promise<void> {
    const { settle } = this.#ports;
    try {
      await agentContext.run(this.#contextOf(record, request), () =>
        this.#introduce(record, request),
      );
    } catch (error) {
      if (!settle) throw error;
      await settle(error);
    }
  }

  async #introduce(record: ConnectionRecord, request: Request): Promise<void> {
    const { handlers } = this.#ports;
    const context = { request };
    for (const handler of handlers()) await handler.onAccept?.(record.connection, context);
    this.#decide(record, request);
    for (const handler of handlers()) await handler.onConnect?.(record.connection, context);
  }

  /** Readonly or not; then the first frames, or no protocol at all. */
  #decide(record: ConnectionRecord, request: Request): void {
    const { options, protocol } = this.#ports;
    const { connection } = record;
    if (options.readonly?.(connection, { request })) record.setFlag(ConnectionFlag.READONLY, true);
    const { protocol: wanted = true } = options;
    if (wanted === false) return;
    if (wanted !== true && !wanted(connection, { request })) {
      record.setFlag(ConnectionFlag.NO_PROTOCOL, true);
      return;
    }
    const asked = new URL(request.url).searchParams.get(STATE_SYNC_QUERY);
    if (asked === STATE_SYNC_PATCH) record.setFlag(ConnectionFlag.STATE_PATCHES, true);
    protocol.sendConnectFrames(record);
  }
}
