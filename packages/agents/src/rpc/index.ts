export { type CallableMetadata, callable, unstable_callable } from "./callable.ts";
export { StreamingResponse } from "./streaming.ts";
