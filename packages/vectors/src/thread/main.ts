/**
 * The thread of one index: answers calls one after the other, and builds the graph in between.
 *
 * @module
 */

import { parentPort, workerData } from "node:worker_threads";
import { Collection } from "../local/collection.ts";
import { Failure as LocalFailure } from "../local/failure.ts";
import type { Answer, Call, Failure, ThreadStart } from "./protocol.ts";

const port = parentPort;
if (port === null) throw new Error("This module is the start of a thread.");

const { path, config } = workerData as ThreadStart;
let collection: Collection | undefined;
let failure: unknown;
try {
  collection = new Collection(path, config);
} catch (error) {
  failure = error;
}
let isBuilding = false;

port.on("message", ({ id, verb, given }: Call) => {
  port.postMessage(answer(id, verb, given));
  if (verb === "close") port.close();
  else build();
});
build();

function answer(id: number, verb: Call["verb"], given: readonly unknown[]): Answer {
  try {
    if (collection === undefined) throw failure;
    const method = collection[verb] as (...values: readonly unknown[]) => unknown;
    return { id, result: method.apply(collection, given as unknown[]) };
  } catch (error) {
    return { id, error: failureOf(error) };
  }
}

/** One step for each turn of the loop, so that calls come between. */
function build(): void {
  if (isBuilding || collection?.isBehind !== true) return;
  isBuilding = true;
  setImmediate(() => {
    isBuilding = false;
    if (port === null || collection === undefined) return;
    collection.step();
    build();
  });
}

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof LocalFailure) return { message, code: error.code, help: error.help };
  return { message };
}
