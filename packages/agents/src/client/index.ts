export { AgentClient } from "./agent-client.ts";
export { agentFetch } from "./agent-fetch.ts";
export { AgentCallError, type AgentCallErrorCode } from "./call-error.ts";
export {
  type CallOptions,
  DEFAULT_CALL_TIMEOUT_MS,
  type StreamOptions,
  splitCallOptions,
} from "./call-options.ts";
export {
  AgentConnectionError,
  createCloseClassifier,
  isTerminalCloseEvent,
} from "./close-classifier.ts";
export { NativeCallQueue, nativeCall } from "./native-calls.ts";
export type { AgentClientFetchOptions, AgentClientOptions, AgentTransport } from "./options.ts";
export { createStubProxy } from "./stub-proxy.ts";
export type {
  AgentMethods,
  AgentPromiseReturnType,
  AgentStub,
  OptionalAgentMethods,
  RequiredAgentMethods,
  RPCMethods,
  UntypedAgentStub,
} from "./stub-types.ts";
