import type { ConnectionRecord } from "../connections/connection.ts";
import type { Connections } from "../connections/connections.ts";
import type { ConnectionContext } from "../connections/types.ts";
import type { Emit } from "../observability/events.ts";
import { camelCaseToKebabCase } from "../routing/names.ts";
import { ConnectionFlag } from "../schema.ts";
import type { StateStore } from "../state/state.ts";
import { connectStateFrame, EMPTY_MCP_FRAME, identityFrame } from "../wire.ts";
import type { AgentHooks } from "./host.ts";

/** What greeting a connection needs. */
export interface WelcomePorts {
  readonly hooks: AgentHooks;
  readonly connections: Connections;
  readonly state: StateStore;
  readonly emit: Emit;
  readonly className: string;
  name(): string;
  sendsIdentity(): boolean;
}

/** Decides what a new connection may do, and sends it the first frames. */
export class Welcome {
  readonly #ports: WelcomePorts;

  constructor(ports: WelcomePorts) {
    this.#ports = ports;
  }

  /** In this order: readonly or not; identity, state, MCP servers, or none of them. */
  send(record: ConnectionRecord, context: ConnectionContext): void {
    const { hooks, emit } = this.#ports;
    const { connection } = record;
    if (hooks.shouldConnectionBeReadonly(connection, context)) {
      record.setFlag(ConnectionFlag.READONLY, true);
    }
    if (hooks.shouldSendProtocolMessages(connection, context)) this.#frames(record);
    else record.setFlag(ConnectionFlag.NO_PROTOCOL, true);
    emit("connect", { connectionId: record.id });
  }

  #frames(record: ConnectionRecord): void {
    const { connections, state, className } = this.#ports;
    // Reading the state may store the initial one, which is told to everyone but the newcomer.
    const json = connections.whileJoining(record, () => state.json());
    const { connection } = record;
    if (this.#ports.sendsIdentity()) {
      const agent = camelCaseToKebabCase(className);
      connection.send(identityFrame(this.#ports.name(), agent, json !== undefined));
    }
    if (json !== undefined) connection.send(connectStateFrame(json));
    connection.send(EMPTY_MCP_FRAME);
  }
}
