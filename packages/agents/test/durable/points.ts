import { appendFileSync } from "node:fs";

/** Where a life may end: between any two things that work does. */

interface World {
  /** What happens at a point. */
  end: (id: string, name: string, agent: DurableObjectState) => void;
  /** Keeps an effect; effects outlive the process. */
  keep: (id: string, text: string) => void;
}

/** A host loads the Worker's modules for itself, so both sides meet here. */
const KEY = Symbol.for("freehold.durable.world");
const shared = globalThis as { [KEY]?: World };
shared[KEY] ??= { end: () => undefined, keep: () => undefined };
const world: World = shared[KEY];

export function endAt(end: World["end"]): void {
  world.end = end;
}

export function keepEffects(keep: World["keep"]): void {
  world.keep = keep;
}

/** Keeps effects in files `{folder}/{id}.txt`. */
export function keepInFiles(folder: string): void {
  keepEffects((id, text) => appendFileSync(`${folder}/${id}.txt`, `${text}\n`));
}

export function point(agent: DurableObjectState, id: string, name: string): void {
  world.end(id, name, agent);
}

/** What work did in the world. */
export function effect(id: string, text: string): void {
  world.keep(id, text);
}
