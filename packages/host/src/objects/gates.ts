import { Queue } from "./queue.ts";

/**
 * A critical section, or (without a parent) the ordinary course of an object. `waiting` holds what
 * came from within it and `children` the sections opened within it that have not started.
 */
export interface Section<W> {
  readonly parent: Section<W> | undefined;
  /** 0 for the ordinary course. */
  readonly depth: number;
  start: W | undefined;
  done: boolean;
  readonly children: Queue<Section<W>>;
  readonly waiting: Queue<W>;
}

function section<W>(parent: Section<W> | undefined): Section<W> {
  const depth = parent === undefined ? 0 : parent.depth + 1;
  return {
    parent,
    depth,
    start: undefined,
    done: false,
    children: new Queue(),
    waiting: new Queue(),
  };
}

/**
 * The input gate: decides what may start next. It holds no timers and runs nothing.
 *
 * One section at a time is current. Only what came from within the current section starts; a section
 * opened within it goes before everything else that waits there; and when a section ends, its parent
 * becomes current again.
 */
export class InputGate<W> {
  readonly root: Section<W> = section<W>(undefined);
  readonly #deepest: number;
  #current: Section<W> = this.root;

  /** @param deepest nesting of critical sections */
  constructor(deepest: number) {
    this.#deepest = deepest;
  }

  /** Whether something may start now. */
  get ready(): boolean {
    return this.#current.children.size > 0 || this.#current.waiting.size > 0;
  }

  /** How many events wait in the ordinary course of the object. */
  get events(): number {
    return this.root.waiting.size;
  }

  /** Whether what comes from `origin` is let in right now. */
  admits(origin: Section<W>): boolean {
    return living(origin) === this.#current;
  }

  /** Puts work at the end of its section's queue. */
  push(origin: Section<W>, work: W): void {
    living(origin).waiting.push(work);
  }

  /** Queues a critical section; `undefined` when it would be nested too deeply. */
  request(origin: Section<W>, start: (section: Section<W>) => W): Section<W> | undefined {
    const parent = living(origin);
    if (parent.depth >= this.#deepest) return undefined;
    const child = section<W>(parent);
    child.start = start(child);
    parent.children.push(child);
    return child;
  }

  /** Takes what starts next. A critical section becomes current by this. */
  next(): W | undefined {
    const child = this.#current.children.shift();
    if (child === undefined) return this.#current.waiting.shift();
    this.#current = child;
    return child.start;
  }

  /** Ends a section: its parent becomes current, and what still waits in it goes there. */
  finish(ended: Section<W>): void {
    ended.done = true;
    this.#current = living(this.#current);
    const heir = living(ended);
    for (const child of ended.children.drain()) heir.children.push(child);
    for (const work of ended.waiting.drain()) heir.waiting.push(work);
  }

  /** Takes what waits for the ordinary course of the object: its events, in order. */
  takeEvents(): W[] {
    return this.root.waiting.drain();
  }

  /** Takes everything that waits, anywhere. */
  takeAll(): W[] {
    const taken: W[] = [];
    for (let at: Section<W> | undefined = this.#current; at !== undefined; at = at.parent) {
      for (const child of at.children.drain())
        if (child.start !== undefined) taken.push(child.start);
      taken.push(...at.waiting.drain());
    }
    return taken;
  }
}

/** The section itself, or the nearest one around it that still runs. */
function living<W>(origin: Section<W>): Section<W> {
  let found = origin;
  while (found.done && found.parent !== undefined) found = found.parent;
  return found;
}
