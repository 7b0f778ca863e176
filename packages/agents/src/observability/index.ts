export { type ChannelEventMap, channels, genericObservability, subscribe } from "./channels.ts";
export type { EventPayloads, Observability, ObservabilityEvent } from "./events.ts";
