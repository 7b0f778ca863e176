/**
 * The newest value, for callbacks that must not change.
 *
 * @module
 */

import { type RefObject, useLayoutEffect, useRef } from "react";

/** A reference to what the last committed render passed. */
export function useLatest<T>(value: T): RefObject<T> {
  const latest = useRef(value);
  useLayoutEffect(() => {
    latest.current = value;
  });
  return latest;
}
