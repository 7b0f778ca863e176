export { State, type StateChangeSource, type StateOptions } from "./state.ts";
