import { closeQuietly } from "../connections/connections.ts";
import type { LifecycleRouteAddress } from "../lifecycle/capability.ts";
import {
  CloseCode,
  CloseReason,
  CONNECTION_ID_PARAMETER,
  UNSENDABLE_CLOSE_CODES,
} from "../wire.ts";
import { type DownwardMessage, type GateAnswer, UNKNOWN_SOCKET } from "./messages.ts";
import { type AgentPath, type AgentPathStep, addressOf } from "./path.ts";
import { atPath, pack, unpack } from "./plain-request.ts";
import { refusalOf } from "./refusal.ts";
import type { RootSockets, Target } from "./root-sockets.ts";
import type { AgentStub } from "./stubs.ts";
import type { Tree } from "./tree.ts";
import { matchSubAgent, type SubAgentPathMatch } from "./url.ts";

/** What passing requests and sockets on to sub-agents needs. */
export interface TrafficPorts {
  readonly tree: Pick<Tree, "knownClasses" | "pathTo">;
  /** A child that has started. */
  readonly resolve: (child: AgentPathStep) => Promise<AgentStub>;
  readonly sockets: () => RootSockets;
  readonly newId: () => string;
  /** The agent's own hook, in its context. */
  readonly gate: (
    request: Request,
    child: AgentPathStep,
  ) => Promise<Request | Response | undefined>;
  readonly send: (target: LifecycleRouteAddress, message: DownwardMessage) => Promise<unknown>;
}

/** Passes requests and sockets on to the sub-agents that their URLs name. */
export class Traffic {
  readonly #ports: TrafficPorts;

  constructor(ports: TrafficPorts) {
    this.#ports = ports;
  }

  /** Answers a request for a sub-agent; undefined for one of the agent's own. Bodies are streamed. */
  async answer(request: Request): Promise<Response | undefined> {
    const match = this.#match(request.url);
    if (!match) return undefined;
    const passed = await this.#pass(request, match);
    if (passed instanceof Response) return passed;
    return passed.stub.fetch(passed.request);
  }

  /** Takes an upgrade for a sub-agent; undefined for one of the agent's own. */
  async open(request: Request): Promise<Response | undefined> {
    const match = this.#match(request.url);
    if (!match) return undefined;
    const way = await this.#way(request, match);
    if (typeof way === "number") return refusedSocket(way);
    const { sockets } = this.#ports;
    const { 0: client, 1: server } = new WebSocketPair();
    const asked = new URL(way.request.url);
    const id = asked.searchParams.get(CONNECTION_ID_PARAMETER) || this.#ports.newId();
    const outer = new URL(request.url);
    outer.search = asked.search;
    const address = addressOf(way.path);
    const replaced = sockets().find(address.key, id);
    if (replaced) await this.#replace(replaced);
    const target = sockets().accept(server, id, outer.href, way.path);
    try {
      await this.#ports.send(address, { op: "connect", id, request: pack(way.request) });
    } catch (error) {
      sockets().forget(target);
      closeQuietly(server, CloseCode.INTERNAL_ERROR, CloseReason.SETUP_FAILED);
      throw error;
    }
    return new Response(null, { status: 101, webSocket: client });
  }

  /** A gate on the way of an upgrade to an agent further inside. */
  async gate(request: Request): Promise<GateAnswer> {
    const match = this.#match(request.url);
    if (!match) return undefined;
    const passed = await this.#pass(request, match);
    if (passed instanceof Response) return { refused: passed.status };
    const { childClass: className, childName: name } = match;
    return { className, name, request: pack(passed.request) };
  }

  /** A message came on a socket of a sub-agent. */
  async message(target: Target, message: string | ArrayBuffer | ArrayBufferView): Promise<void> {
    const event = { op: "message" as const, id: target.id, message };
    const answer = await this.#tell(target, event);
    if (answer !== UNKNOWN_SOCKET) return;
    const meta = this.#ports.sockets().meta(target);
    if (meta) await this.#tell(target, { ...event, meta });
  }

  /** A socket of a sub-agent closed. Answers the close frame when that is allowed. */
  async close(target: Target, code: number, reason: string, wasClean: boolean): Promise<void> {
    const meta = this.#ports.sockets().meta(target);
    this.#ports.sockets().forget(target);
    try {
      await this.#tell(target, { op: "close", id: target.id, code, reason, wasClean, meta });
    } finally {
      if (!UNSENDABLE_CLOSE_CODES.has(code)) returnClose(target.socket, code, reason);
    }
  }

  async #tell(target: Target, message: DownwardMessage): Promise<unknown> {
    if (target.path.length === 0) return undefined;
    return this.#ports.send(addressOf(target.path), message);
  }

  /** A client came back with the id of a connection that is still open. */
  async #replace(target: Target): Promise<void> {
    const { REPLACED } = CloseCode;
    this.#ports.sockets().forget(target);
    closeQuietly(target.socket, REPLACED, CloseReason.SESSION_REPLACED);
    const { id } = target;
    const reason = CloseReason.SESSION_REPLACED;
    await this.#tell(target, { op: "close", id, code: REPLACED, reason, wasClean: true });
  }

  /** Asks every gate on the way; the status of the first that refuses. */
  async #way(
    request: Request,
    match: SubAgentPathMatch,
  ): Promise<number | { readonly path: AgentPath; readonly request: Request }> {
    const { send, tree } = this.#ports;
    const first = await this.#pass(request, match);
    if (first instanceof Response) return first.status;
    let path = tree.pathTo({ className: match.childClass, name: match.childName });
    let asked = first.request;
    while (this.#match(asked.url)) {
      const message = { op: "gate" as const, request: pack(asked) };
      const answer = (await send(addressOf(path), message)) as GateAnswer;
      if (!answer) break;
      if ("refused" in answer) return answer.refused;
      path = [...path, { className: answer.className, name: answer.name }];
      asked = unpack(answer.request);
    }
    return { path, request: asked };
  }

  /** Asks the own gate, then makes sure that the child is there. */
  async #pass(request: Request, { childClass, childName, remainingPath }: SubAgentPathMatch) {
    const child = { className: childClass, name: childName };
    const answer = await this.#ports.gate(request, child);
    if (answer instanceof Response) return answer;
    try {
      const stub = await this.#ports.resolve(child);
      return { stub, request: atPath(answer ?? request, remainingPath) };
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      console.error(`Sub-agent ${childClass} ${JSON.stringify(childName)} is refused:`, error);
      return refusal;
    }
  }

  #match(url: string): SubAgentPathMatch | null {
    return matchSubAgent(new URL(url).pathname, this.#ports.tree.knownClasses);
  }
}

/** A browser cannot read the answer to a refused upgrade: its status is in the close code. */
function refusedSocket(status: number): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  const code = status >= 400 && status < 500 ? 4000 + status : CloseCode.INTERNAL_ERROR;
  closeQuietly(server, code, CloseReason.subAgentRejected(status));
  return new Response(null, { status: 101, webSocket: client });
}

function returnClose(socket: WebSocket, code: number, reason: string): void {
  try {
    closeQuietly(socket, code, reason);
  } catch (error) {
    console.warn("The close code of a client could not be returned:", error);
  }
}
