import {
  MessageType,
} from "./shared.js";
export {
  MessageType,
};