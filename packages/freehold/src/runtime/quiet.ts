import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import type { Clock } from "@freehold/host";

/** The share of a second in which the event loop is busy, at most, for the second to be quiet. */
const QUIET = 0.1;
/** So many seconds in a row that are quiet, or are not, change the mind: collecting is work, too. */
const PATIENCE = 3;
const SECOND_MS = 1000;

/**
 * Memory of the past may be half of what is alive, in percent, before V8 collects it. Left to itself V8
 * lets it grow to a multiple on a machine with much memory, and objects that come and go leave much.
 */
const GROWING_PERCENT = 50;

/** What stands between the decision and the process. */
export interface QuietPorts {
  readonly clock: Clock;
  /** The share of the time since the last call in which the event loop was busy: 0 to 1. */
  utilization(): number;
  /** Whether collecting garbage should give memory back rather than be fast. */
  favourMemory(wanted: boolean): void;
}

/**
 * Gives memory back to the system while the process has nothing to do. V8 keeps what a burst of work
 * has left behind until more work makes it collect, which a host whose objects all sleep never gets:
 * thousands of sleeping objects then hold the memory of their waking hours. In a quiet time V8 is
 * told to favour memory, and its own idle collections, in small steps, do the rest. When there is
 * work again it is told otherwise.
 *
 * @returns ends it.
 */
export function giveMemoryBackWhenQuiet(ports: QuietPorts): () => void {
  let isFavoured = false;
  /** Seconds in a row that spoke for the other way. */
  let against = 0;
  const look = () => {
    timer = ports.clock.setTimer(look, SECOND_MS);
    const isQuiet = ports.utilization() < QUIET;
    against = isQuiet === isFavoured ? 0 : against + 1;
    if (against < PATIENCE) return;
    against = 0;
    isFavoured = isQuiet;
    ports.favourMemory(isFavoured);
  };
  let timer = ports.clock.setTimer(look, SECOND_MS);
  return () => {
    timer.cancel();
    if (isFavoured) ports.favourMemory(false);
  };
}

/** Keeps this process no larger than its work needs. */
export function keepMemorySmall(clock: Clock): () => void {
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`);
  return giveMemoryBackWhenQuiet(processPorts(clock));
}

/** Those of this process. */
function processPorts(clock: Clock): QuietPorts {
  let last = performance.eventLoopUtilization();
  return {
    clock,
    utilization() {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      return utilization;
    },
    favourMemory: (wanted) => {
      setFlagsFromString(wanted ? "--optimize-for-size" : "--no-optimize-for-size");
    },
  };
}
