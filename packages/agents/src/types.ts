export { MessageType } from "./wire.ts";
