import {
  MessageType$1 as MessageType,
} from "./shared.js";
export {
  MessageType,
};