import { type Channel, channel } from "node:diagnostics_channel";
import type { Observability, ObservabilityEvent } from "./events.ts";

/** The diagnostics channels, by the short key that {@link subscribe} takes. */
export const channels = {
  state: channel("agents:state"),
  rpc: channel("agents:rpc"),
  message: channel("agents:message"),
  chat: channel("agents:chat"),
  transcript: channel("agents:transcript"),
  fiber: channel("agents:fiber"),
  task: channel("agents:task"),
  stream: channel("agents:stream"),
  agentTool: channel("agents:agent_tool"),
  schedule: channel("agents:schedule"),
  lifecycle: channel("agents:lifecycle"),
  workflow: channel("agents:workflow"),
  mcp: channel("agents:mcp"),
  email: channel("agents:email"),
  channel: channel("agents:channel"),
} as const satisfies Record<string, Channel>;

type ChannelKey = keyof typeof channels;

/** First match decides; what matches nothing goes to `lifecycle`. */
const ROUTES: readonly (readonly [prefix: string, key: ChannelKey])[] = [
  ["state:", "state"],
  ["rpc", "rpc"],
  ["message:", "message"],
  ["tool:", "message"],
  ["submission:", "message"],
  ["action:", "message"],
  ["chat:transcript:", "transcript"],
  ["transcript:", "transcript"],
  ["chat:", "chat"],
  ["fiber:", "fiber"],
  ["task:", "task"],
  ["stream:", "stream"],
  ["agent_tool:", "agentTool"],
  ["schedule:", "schedule"],
  ["queue:", "schedule"],
  ["workflow:", "workflow"],
  ["mcp:", "mcp"],
  ["email:", "email"],
  ["channel:", "channel"],
  ["notice:", "channel"],
];

const routed = new Map<string, Channel>();

/** The channel of an event type. */
export function channelOf(type: string): Channel {
  let found = routed.get(type);
  if (!found) {
    found = channels[ROUTES.find(([prefix]) => type.startsWith(prefix))?.[1] ?? "lifecycle"];
    routed.set(type, found);
  }
  return found;
}

/** The default receiver: publishes each event, at once, on its diagnostics channel. */
export const genericObservability: Observability = {
  emit(event: ObservabilityEvent) {
    channelOf(event.type).publish(event);
  },
};

type EventOf<Pattern extends string> = Extract<ObservabilityEvent, { type: Pattern }>;

/** The events each channel carries. */
export type ChannelEventMap = {
  state: EventOf<`state:${string}`>;
  rpc: EventOf<"rpc" | `rpc:${string}`>;
  message: EventOf<`${"message" | "tool" | "submission" | "action"}:${string}`>;
  chat: Exclude<EventOf<`chat:${string}`>, { type: `chat:transcript:${string}` }>;
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
export function subscribe<Key extends keyof ChannelEventMap>(
  key: Key,
  callback: (event: ChannelEventMap[Key]) => void,
): () => void {
  const target: Channel = channels[key];
  const listener = (event: unknown): void => {
    try {
      callback(event as ChannelEventMap[Key]);
    } catch (error) {
      console.error(`A subscriber to ${key} events failed:`, error);
    }
  };
  target.subscribe(listener);
  return () => {
    target.unsubscribe(listener);
  };
}
