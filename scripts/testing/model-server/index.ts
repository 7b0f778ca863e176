export type {
  Finish,
  ModelMessage,
  ModelRequest,
  ScriptEntry,
  Step,
  Turn,
  Usage,
} from "./script.ts";
export { type ModelServer, startModelServer } from "./server.ts";
