export { type ChannelEventMap, channels, genericObservability, subscribe } from "./channels.ts";
export type { EventPayloads, Observability, ObservabilityEvent } from "./events.ts";
export { experimental_registerOpenTelemetry } from "./otel/register.ts";
