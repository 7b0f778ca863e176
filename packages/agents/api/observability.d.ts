import {
  EventPayloads,
  Observability,
  ObservabilityEvent,
} from "./shared.js";
import {
  Channel,
} from "node:diagnostics_channel";
/** The diagnostics channels, by the short key that {@link subscribe} takes. */
declare const channels: {
  readonly state: Channel<unknown, unknown>;
  readonly rpc: Channel<unknown, unknown>;
  readonly message: Channel<unknown, unknown>;
  readonly chat: Channel<unknown, unknown>;
  readonly transcript: Channel<unknown, unknown>;
  readonly fiber: Channel<unknown, unknown>;
  readonly task: Channel<unknown, unknown>;
  readonly stream: Channel<unknown, unknown>;
  readonly agentTool: Channel<unknown, unknown>;
  readonly schedule: Channel<unknown, unknown>;
  readonly lifecycle: Channel<unknown, unknown>;
  readonly workflow: Channel<unknown, unknown>;
  readonly mcp: Channel<unknown, unknown>;
  readonly email: Channel<unknown, unknown>;
  readonly channel: Channel<unknown, unknown>;
};
/** The default receiver: publishes each event, at once, on its diagnostics channel. */
declare const genericObservability: Observability;
type EventOf<Pattern extends string> = Extract<ObservabilityEvent, {
  type: Pattern;
}>;
/** The events each channel carries. */
type ChannelEventMap = {
  state: EventOf<`state:${string}`>;
  rpc: EventOf<"rpc" | `rpc:${string}`>;
  message: EventOf<`${"message" | "tool" | "submission" | "action"}:${string}`>;
  chat: Exclude<EventOf<`chat:${string}`>, {
    type: `chat:transcript:${string}`;
  }>;
  transcript: EventOf<`transcript:${string}` | `chat:transcript:${string}`>;
  fiber: EventOf<`fiber:${string}`>;
  task: EventOf<`task:${string}`>;
  stream: EventOf<`stream:${string}`>;
  agentTool: EventOf<`agent_tool:${string}`>;
  schedule: EventOf<`schedule:${string}` | `queue:${string}`>;
  lifecycle: EventOf<"connect" | "disconnect" | "destroy" | `${"job" | "alarm"}:${string}`>;
  workflow: EventOf<`workflow:${string}`>;
  mcp: EventOf<`mcp:${string}`>;
  email: EventOf<`email:${string}`>;
  channel: EventOf<`channel:${string}` | `notice:${string}`>;
};
/**
 * Calls `callback` with each event of a channel, at once. Returns a function that ends this. What
 * the callback throws is logged: it disturbs neither the agent nor other subscribers.
 *
 * @example
 * const stop = subscribe("rpc", (event) => console.log(event.type, event.payload.method));
 */
declare function subscribe<Key extends keyof ChannelEventMap>(key: Key, callback: (event: ChannelEventMap[Key]) => void): () => void;
/**
 * Connects the OpenTelemetry API to the tracing of the runtime. Call it once, where the Worker's
 * module is evaluated: afterwards spans of libraries that use the API, of `wrapAISDK` and your own
 * are spans of the runtime. Where OpenTelemetry is registered already, it stays as it is; on a
 * runtime that traces nothing, spans cost next to nothing.
 *
 * @throws FreeholdError `otel_half_registered` when there is a tracer provider without a context
 *   manager, or the other way round.
 *
 * @example
 * import { experimental_registerOpenTelemetry } from "@freehold/agents/observability";
 *
 * experimental_registerOpenTelemetry();
 */
declare function experimental_registerOpenTelemetry(): void;
export {
  type ChannelEventMap,
  channels,
  type EventPayloads,
  experimental_registerOpenTelemetry,
  genericObservability,
  type Observability,
  type ObservabilityEvent,
  subscribe,
};