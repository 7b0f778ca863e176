import type { WSMessage } from "../connections/types.ts";
import type { SocketMeta } from "./facet.ts";
import type { Frame } from "./outbox.ts";
import type { AgentPath } from "./path.ts";
import type { PlainRequest } from "./plain-request.ts";

/** What an agent inside another tells the outermost, or asks of it. */
export type UpwardMessage =
  | { readonly op: "frames"; readonly frames: readonly Frame[] }
  | { readonly op: "sockets"; readonly path: AgentPath }
  | { readonly op: "condemn"; readonly path: AgentPath; readonly createdAt: number }
  | { readonly op: "buried"; readonly path: AgentPath }
  | { readonly op: "destroy"; readonly inMilliseconds: number }
  | { readonly op: "alarm"; readonly time: number | null }
  | { readonly op: "alarmTime" }
  | { readonly op: "fiberBegun"; readonly runId: string }
  | { readonly op: "fiberEnded"; readonly runId: string };

/** What the outermost agent tells one inside it, or asks of it. */
export type DownwardMessage =
  | { readonly op: "gate"; readonly request: PlainRequest }
  | { readonly op: "connect"; readonly id: string; readonly request: PlainRequest }
  | {
      readonly op: "message";
      readonly id: string;
      readonly message: WSMessage;
      /** Given the second time, when the sub-agent did not know the socket. */
      readonly meta?: SocketMeta;
    }
  | {
      readonly op: "close";
      readonly id: string;
      readonly code: number;
      readonly reason: string;
      readonly wasClean: boolean;
      readonly meta?: SocketMeta | undefined;
    }
  | { readonly op: "wake" }
  /** Asks for the ids of the fibers that are left when those of earlier lives are recovered. */
  | { readonly op: "fibers" }
  | {
      readonly op: "delete";
      readonly className: string;
      readonly name: string;
      /** Only the child that was made then (milliseconds); absent for any. */
      readonly createdAt: number | undefined;
    };

/** Answer to a message for a socket that the sub-agent does not know. */
export const UNKNOWN_SOCKET = "unknown socket";

/** Answer of a gate on the way to a sub-agent. */
export type GateAnswer =
  | { readonly refused: number }
  /** The child that comes next, and what it is asked. */
  | { readonly className: string; readonly name: string; readonly request: PlainRequest }
  /** The request is for the agent itself. */
  | undefined;

/** Answer of a route that ends where a child is missing: the child's key. */
export interface MissingChild {
  readonly freeholdMissing: string;
}

export function isMissingChild(answer: unknown): answer is MissingChild {
  return typeof answer === "object" && answer !== null && "freeholdMissing" in answer;
}
