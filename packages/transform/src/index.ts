export { containsDecorator } from "./detect.ts";
export { TransformError, type TransformErrorCode, type TransformLocation } from "./errors.ts";
export {
  type TransformedSource,
  type TransformSourceOptions,
  transformSource,
  transformSourceAsync,
} from "./transform-source.ts";
