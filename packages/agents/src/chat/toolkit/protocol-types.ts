export { type IncomingMessage, MessageType, type OutgoingMessage } from "./protocol.ts";
