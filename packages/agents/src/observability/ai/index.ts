export type { AISDKInstrumentationOptions, AISDKStorageOptions } from "./options.ts";
export { wrapAISDK } from "./wrap.ts";
