/**
 * A setup file of all suites: `vi.waitFor` and `vi.waitUntil` wait as long as `expect.poll` does,
 * unless told otherwise. Vitest has a setting for `expect.poll` only, and one second is too short for
 * a busy machine. Whoever waits in vain fails a little later; nobody else waits longer.
 *
 * @module
 */

import { vi } from "vitest";

/** How long tests wait for what must come about, in milliseconds. */
export const PATIENCE_MS = 20_000;

type Wait = typeof vi.waitFor;
type Options = Parameters<Wait>[1];

const patiently = (options: Options): Options =>
  typeof options === "number" ? options : { timeout: PATIENCE_MS, ...options };

const { waitFor, waitUntil } = vi;
vi.waitFor = (callback, options) => waitFor(callback, patiently(options));
vi.waitUntil = (callback, options) => waitUntil(callback, patiently(options));
