/**
 * What the client understands of the frames an agent sends: one parser from untrusted text to a
 * closed union. Everything else on the socket belongs to the application.
 *
 * @module
 */

import {
  type ClientFrame,
  type MCPServersState,
  MessageType,
  parseFrame,
  STATE_PATCH_TYPE,
} from "../wire.ts";
import type { PatchOperation } from "./json-patch.ts";

/** The answer, or one chunk of the answer, to a call. `done` absent means final. */
export type RpcReply =
  | { readonly id: string; readonly ok: true; readonly done: boolean; readonly result: unknown }
  | { readonly id: string; readonly ok: false; readonly error: Error };

/** A protocol frame from an agent, after checking its shape. */
export type AgentFrame =
  | {
      readonly kind: "identity";
      readonly name: string;
      readonly agent: string;
      readonly stateFollows: boolean;
    }
  | {
      readonly kind: "state";
      readonly state: unknown;
      /** What later patches refer to; servers of the published package do not say. */
      readonly version: number | undefined;
    }
  | {
      readonly kind: "patch";
      readonly patch: readonly PatchOperation[];
      readonly from: number;
      readonly version: number;
    }
  | { readonly kind: "state-error"; readonly error: string }
  | { readonly kind: "mcp"; readonly mcp: MCPServersState }
  | { readonly kind: "rpc"; readonly reply: RpcReply };

/**
 * Reads one incoming message.
 *
 * @param data the `data` of a `message` event; binary and foreign text are not frames
 * @returns the frame, or `undefined` when the message is not (or not a well-formed) protocol frame
 *
 * @example
 * ```ts
 * parseAgentFrame('{"type":"cf_agent_state","state":{"count":1}}');
 * // { kind: "state", state: { count: 1 }, version: undefined }
 * ```
 */
export function parseAgentFrame(data: unknown): AgentFrame | undefined {
  const frame = typeof data === "string" ? parseFrame(data) : undefined;
  if (!frame) return undefined;
  switch (frame.type) {
    case MessageType.CF_AGENT_IDENTITY:
      return parseIdentity(frame);
    case MessageType.CF_AGENT_STATE:
      return parseState(frame);
    case STATE_PATCH_TYPE:
      return parsePatch(frame);
    case MessageType.CF_AGENT_STATE_ERROR:
      return { kind: "state-error", error: String(frame.error) };
    case MessageType.CF_AGENT_MCP_SERVERS:
      return isObject(frame.mcp) ? { kind: "mcp", mcp: frame.mcp as MCPServersState } : undefined;
    case MessageType.RPC:
      return parseReply(frame);
    default:
      return undefined;
  }
}

function parseIdentity(frame: ClientFrame): AgentFrame | undefined {
  const { name, agent, stateFollows } = frame;
  if (typeof name !== "string" || typeof agent !== "string") return undefined;
  return { kind: "identity", name, agent, stateFollows: stateFollows === true };
}

function parseState(frame: ClientFrame): AgentFrame | undefined {
  if (!("state" in frame)) return undefined;
  const version = typeof frame.version === "number" ? frame.version : undefined;
  return { kind: "state", state: frame.state, version };
}

function parsePatch({ patch, from, version }: ClientFrame): AgentFrame | undefined {
  if (typeof from !== "number" || typeof version !== "number") return undefined;
  if (!Array.isArray(patch) || !patch.every(isObject)) return undefined;
  return { kind: "patch", patch: patch as readonly PatchOperation[], from, version };
}

function parseReply(frame: ClientFrame): AgentFrame | undefined {
  const { id, success, done, result } = frame;
  if (typeof id !== "string") return undefined;
  if (success !== true) return { kind: "rpc", reply: { id, ok: false, error: thrown(frame) } };
  return { kind: "rpc", reply: { id, ok: true, done: done !== false, result } };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** What a method threw, as far as the server says: always words, on ours also a name and a code. */
function thrown({ error, name, code }: ClientFrame): Error {
  const known = new Error(String(error));
  if (typeof name === "string") known.name = name;
  return typeof code === "string" ? Object.assign(known, { code }) : known;
}
