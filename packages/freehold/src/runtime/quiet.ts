import {
  constants,
  type PerformanceEntry,
  PerformanceObserver,
  performance,
} from "node:perf_hooks";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import type { Clock } from "@freehold/host";

/** The share of a second in which the event loop is busy, at most, for the second to be quiet. */
const QUIET = 0.1;
/** So many seconds in a row that are quiet, or are not, change the mind: collecting is work, too. */
const PATIENCE = 3;
const SECOND_MS = 1000;
/** The share of at least so long, without what the collection took, that shows a burst of work. */
const BURST = { share: 0.5, ms: 250 };
/**
 * So many seconds into a quiet time everything is collected once more: objects with open sockets are
 * asleep after 10 seconds, all others after 70, and what falls asleep gives V8 no reason to look. Twice
 * each, because the second time gives back the pages that the first has left nearly empty.
 */
const COLLECTED_AT: readonly number[] = [12, 14, 75, 77];

const MIB = 1024 * 1024;
/**
 * Memory of the past may be half of what is alive, in percent, before V8 collects it. Left to itself V8
 * lets it grow to a multiple on a machine with much memory, and objects that come and go leave much.
 */
const GROWING_PERCENT = 50;
/** So much it may be in any case: half of a small heap is soon full, and collecting it takes as long. */
const ROOM_BYTES = 64 * MIB;
/** A heap that is nearly empty says little about how much it will hold. */
const MOST_GROWING_PERCENT = 400;

/** For how long the event loop was busy and idle since the process began, in milliseconds. */
export interface LoopTimes {
  readonly busyMs: number;
  readonly idleMs: number;
}

/** What stands between the decisions and the process. */
export interface QuietPorts {
  readonly clock: Clock;
  eventLoop(): LoopTimes;
  /** Calls `collected` after each collection of the whole heap. @returns ends it. */
  onCollection(collected: (tookMs: number) => void): () => void;
  /** What is alive, and what is not yet collected, in bytes. */
  heapBytes(): number;
  /** Has everything collected, in small steps. */
  collect(): void;
  /** Whether collecting garbage should give memory back rather than be fast. */
  favourMemory(wanted: boolean): void;
  /** How much the heap may grow before it is collected, in percent of what is alive. */
  allowGrowth(percent: number): void;
}

/** How much a heap may grow before it is collected, in percent. */
export function growingPercent(heapBytes: number): number {
  const room = Math.round((ROOM_BYTES / heapBytes) * 100);
  return Math.min(Math.max(room, GROWING_PERCENT), MOST_GROWING_PERCENT);
}

/**
 * Gives memory back to the system while the process has nothing to do. V8 keeps what a burst of work
 * has left behind until more work makes it collect, which a host whose objects all sleep never gets:
 * thousands of sleeping objects then hold the memory of their waking hours. In a quiet time V8 is
 * told to favour memory, and its own idle collections, in small steps, do the rest. When there is
 * work again it is told otherwise: at the first collection that finds the event loop busy, because
 * those that follow would cost a burst a quarter of its time (docs/design/014).
 *
 * @returns ends it.
 */
export function giveMemoryBackWhenQuiet(ports: QuietPorts): () => void {
  let isFavoured = false;
  /** Seconds in a row that spoke for the other way. */
  let against = 0;
  let quietSeconds = 0;
  let looked = ports.eventLoop();
  const giveRoom = () => {
    ports.allowGrowth(isFavoured ? GROWING_PERCENT : growingPercent(ports.heapBytes()));
  };
  const favour = (wanted: boolean) => {
    isFavoured = wanted;
    against = 0;
    quietSeconds = 0;
    ports.favourMemory(wanted);
    giveRoom();
  };
  const look = () => {
    timer = ports.clock.setTimer(look, SECOND_MS);
    const now = ports.eventLoop();
    const { busyMs, allMs } = passed(looked, now);
    const isQuiet = busyMs < QUIET * allMs;
    looked = now;
    against = isQuiet === isFavoured ? 0 : against + 1;
    if (against >= PATIENCE) favour(isQuiet);
    else if (isFavoured && COLLECTED_AT.includes(++quietSeconds)) ports.collect();
  };
  const endCollections = ports.onCollection((tookMs) => {
    if (!isFavoured) {
      giveRoom();
      return;
    }
    const { busyMs, allMs } = passed(looked, ports.eventLoop());
    if (allMs >= BURST.ms && busyMs - tookMs > BURST.share * allMs) favour(false);
  });
  let timer = ports.clock.setTimer(look, SECOND_MS);
  giveRoom();
  return () => {
    timer.cancel();
    endCollections();
    if (isFavoured) favour(false);
  };
}

/** How long the event loop was busy from one moment to another, and how long that is. */
function passed(
  from: LoopTimes,
  to: LoopTimes,
): { readonly busyMs: number; readonly allMs: number } {
  const busyMs = to.busyMs - from.busyMs;
  return { busyMs, allMs: busyMs + to.idleMs - from.idleMs };
}

/** Keeps this process no larger than its work needs. */
export function keepMemorySmall(clock: Clock): () => void {
  return giveMemoryBackWhenQuiet(processPorts(clock));
}

/** Those of this process. */
function processPorts(clock: Clock): QuietPorts {
  return {
    clock,
    eventLoop() {
      const { active, idle } = performance.eventLoopUtilization();
      return { busyMs: active, idleMs: idle };
    },
    onCollection(collected) {
      const observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (isOfWholeHeap(entry)) collected(entry.duration);
      });
      observer.observe({ entryTypes: ["gc"] });
      return () => observer.disconnect();
    },
    heapBytes: () => getHeapStatistics().used_heap_size,
    collect: seemFull,
    favourMemory: (wanted) => {
      setFlagsFromString(wanted ? "--optimize-for-size" : "--no-optimize-for-size");
    },
    allowGrowth: (percent) => setFlagsFromString(`--heap-growing-percent=${percent}`),
  };
}

function isOfWholeHeap({ detail }: PerformanceEntry & { readonly detail?: unknown }): boolean {
  const { kind } = detail as { readonly kind?: number };
  return kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}

/** Past so much memory outside of the heap V8 collects, in steps of a few milliseconds. */
const OUTSIDE_BYTES = 64 * MIB;
const OUTSIDE_PARTS = 4;

/**
 * Has V8 begin to collect. What V8 offers for that stops the process until all is done. Buffers that
 * nobody writes to take no memory but count as if they did, and are dropped at once.
 */
function seemFull(): void {
  try {
    for (let part = 0; part < OUTSIDE_PARTS; part++) new ArrayBuffer(OUTSIDE_BYTES);
  } catch (error) {
    // Where even their addresses are limited, memory is given back later.
    if (!(error instanceof RangeError)) throw error;
  }
}
