export { ContextBlocks } from "./blocks.ts";
export { AgentContextProvider, AgentSearchProvider, type SqlProvider } from "./providers.ts";
export type {
  ContextBlock,
  ContextConfig,
  ContextProvider,
  SearchProvider,
  WritableContextProvider,
} from "./types.ts";
