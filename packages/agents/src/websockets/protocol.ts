import type { Clock } from "../clock.ts";
import type { ConnectionRecord } from "../connections/connection.ts";
import { type Connections, sendQuietly } from "../connections/connections.ts";
import { ConnectionFlag } from "../schema.ts";
import { diffJson } from "../state/json-patch.ts";
import {
  connectStateFrame,
  ErrorText,
  identityFrame,
  stateErrorFrame,
  stateFrame,
  statePatchFrame,
} from "../wire.ts";
import type { SyncedState } from "./options.ts";

/** What the protocol needs. */
export interface ProtocolPorts {
  readonly connections: Connections;
  readonly clock: Clock;
  readonly state: SyncedState | undefined;
  readonly sendsIdentity: boolean;
  /** Name and kind of the object, as clients see them. */
  identity(): { readonly name: string; readonly agent: string };
}

/**
 * Identity and state, as frames. Each text of the state that was sent has a version: a number that
 * only grows. It begins with the time at which the object woke, so it grows over restarts as well
 * without being stored, as long as fewer than a thousand changes a second are made in the long run.
 */
export class Protocol {
  readonly #ports: ProtocolPorts;
  #version: number;
  /** The text of the state that has the present version; undefined before any was sent. */
  #sent: string | undefined;
  /** The version that each connection has, of those that take patches. */
  readonly #held = new WeakMap<ConnectionRecord, number>();

  constructor(ports: ProtocolPorts) {
    this.#ports = ports;
    this.#version = ports.clock.now();
  }

  /** Identity, then state; nothing to a connection without the protocol. */
  sendConnectFrames(record: ConnectionRecord, identity = this.#ports.identity()): void {
    if (record.flag(ConnectionFlag.NO_PROTOCOL)) return;
    const json = this.#read(record);
    if (this.#ports.sendsIdentity) {
      const frame = identityFrame(identity.name, identity.agent, json !== undefined);
      sendQuietly(record.connection, frame);
    }
    if (json !== undefined) this.#sendState(record, json);
  }

  sendIdentity(record: ConnectionRecord, identity = this.#ports.identity()): void {
    if (record.flag(ConnectionFlag.NO_PROTOCOL)) return;
    sendQuietly(record.connection, identityFrame(identity.name, identity.agent, false));
  }

  sendState(record: ConnectionRecord): void {
    if (record.flag(ConnectionFlag.NO_PROTOCOL)) return;
    const json = this.#read(record);
    if (json !== undefined) this.#sendState(record, json);
  }

  /** A client asks for patches, or for whole states again. It gets the whole state first. */
  setPatches(record: ConnectionRecord, enabled: boolean): void {
    record.setFlag(ConnectionFlag.STATE_PATCHES, enabled || undefined);
    this.sendState(record);
  }

  /** A client replaces the state. A refusal is answered with what the state still is. */
  apply(record: ConnectionRecord, next: unknown): void {
    const { state } = this.#ports;
    if (record.flag(ConnectionFlag.READONLY)) {
      this.#refuse(record, ErrorText.CONNECTION_READONLY);
      return;
    }
    try {
      state?.set(next as never, record.connection);
      // The sender has what it sent, and no version of ours.
      this.#held.delete(record);
    } catch (error) {
      console.error("[WebSockets] State update rejected:", error);
      this.#refuse(record, ErrorText.STATE_REJECTED);
    }
  }

  /** Tells the state, `json` as text, to all but those with an id in `without`. */
  broadcast(json: string, without: readonly string[]): void {
    const before = { json: this.#sent, version: this.#version };
    this.#stamp(json);
    const whole = stateFrame(json, this.#version);
    let patch: string | undefined;
    this.#ports.connections.broadcastProtocol((record) => {
      if (!record.flag(ConnectionFlag.STATE_PATCHES)) return whole;
      const isCurrent = this.#held.get(record) === before.version;
      this.#held.set(record, this.#version);
      if (before.json === undefined || !isCurrent) return whole;
      patch ??= this.#patch(before.json, json, before.version);
      return patch.length < whole.length ? patch : whole;
    }, without);
  }

  #patch(before: string, after: string, from: number): string {
    return statePatchFrame(diffJson(JSON.parse(before), JSON.parse(after)), from, this.#version);
  }

  #refuse(record: ConnectionRecord, error: string): void {
    sendQuietly(record.connection, stateErrorFrame(error));
    this.sendState(record);
  }

  /** Reading the state may store the initial one, which is told to everyone but the newcomer. */
  #read(record: ConnectionRecord): string | undefined {
    const { connections, state } = this.#ports;
    const value = connections.whileJoining(record, () => state?.get());
    // The value is handed out by reference, so its text is made anew for each connection.
    return value === undefined ? undefined : JSON.stringify(value);
  }

  #sendState(record: ConnectionRecord, json: string): void {
    // When it changed without being told to the others, what they have is no base for a patch.
    if (json !== this.#sent) this.#stamp(json);
    if (record.flag(ConnectionFlag.STATE_PATCHES)) this.#held.set(record, this.#version);
    sendQuietly(record.connection, connectStateFrame(json, this.#version));
  }

  #stamp(json: string): void {
    this.#version = Math.max(this.#version + 1, this.#ports.clock.now());
    this.#sent = json;
  }
}
