import {
  IncomingMessage,
  MessageType,
  OutgoingMessage,
} from "../shared.js";
export {
  type IncomingMessage,
  MessageType,
  type OutgoingMessage,
};