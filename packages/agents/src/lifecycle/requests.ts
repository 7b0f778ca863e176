import { closeQuietly, sendQuietly } from "../connections/connections.ts";
import { CloseCode, CloseReason, ErrorText, setupErrorFrame } from "../wire.ts";
import type { CapabilitySet } from "./capability-set.ts";
import { failureText } from "./development.ts";
import type { HostHooks } from "./host.ts";
import { takeProps } from "./props.ts";
import type { Startup } from "./startup.ts";

/** What answering requests needs. */
export interface RequestPorts {
  readonly hooks: Pick<HostHooks, "onRequest">;
  readonly startup: Startup;
  readonly capabilities: CapabilitySet;
  /** Whether the object is being destroyed. */
  ending(): boolean;
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
    if (this.#ports.ending()) return destroyed();
    const upgrade = incoming.headers.get("upgrade")?.toLowerCase() === "websocket";
    try {
      const { request, props } = takeProps(incoming);
      const starting = this.#ports.startup.ensure(props);
      if (starting) await starting;
      if (this.#ports.ending()) return destroyed();
      return await (upgrade ? this.#connect(request) : this.#answer(request));
    } catch (error) {
      console.error(`Error in ${this.#ports.label()} fetch:`, error);
      const text = failureText(error, this.#ports.development);
      return upgrade ? refuseSocket(text) : new Response(text, { status: 500 });
    }
  }

  async #answer(request: Request): Promise<Response> {
    for (const capability of this.#ports.capabilities.having("onRequest")) {
      const response = await capability.onRequest({ request });
      if (response) return response;
    }
    return this.#ports.hooks.onRequest(request);
  }

  async #connect(request: Request): Promise<Response> {
    for (const capability of this.#ports.capabilities.having("onWebSocketUpgrade")) {
      const response = await capability.onWebSocketUpgrade({ request });
      if (response) return response;
    }
    return new Response(ErrorText.UPGRADES_OFF, { status: 404 });
  }
}

/** What is stored from now on would be all that the next life of the object finds. */
function destroyed(): Response {
  return new Response(CloseReason.DESTROYED, { status: 503 });
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
