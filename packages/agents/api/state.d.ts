import {
  State,
  StateChangeSource,
  StateOptions,
} from "./shared.js";
export {
  State,
  type StateChangeSource,
  type StateOptions,
};