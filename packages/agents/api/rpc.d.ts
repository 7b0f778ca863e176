import {
  callable,
  CallableMetadata,
  StreamingResponse,
  unstable_callable,
} from "./shared.js";
export {
  callable,
  type CallableMetadata,
  StreamingResponse,
  unstable_callable,
};