/** What ends each host that was begun and has not ended. */
const running = new Set<() => Promise<void>>();
let isOver = false;

/** A host that was begun: its process, its files. */
export interface Begun {
  /** Ends it, once; also when it never came to run. */
  readonly close: () => Promise<void>;
}

/**
 * Notes a host, so that {@link endHosts} finds it. To be called before its process starts.
 *
 * @param end ends its process and removes its files
 */
export async function begin(end: () => Promise<void>): Promise<Begun> {
  if (isOver) {
    await end();
    throw new Error("all hosts were ended, and no further one starts");
  }
  let ending: Promise<void> | undefined;
  const close = () => {
    ending ??= end().finally(() => running.delete(close));
    return ending;
  };
  running.add(close);
  return { close };
}

/**
 * Ends the hosts that still run, and lets no further one start: what is called when a test run is over,
 * whatever became of it. A run that was given up goes on in the background otherwise, and leaves
 * processes behind.
 */
export async function endHosts(): Promise<void> {
  isOver = true;
  await Promise.allSettled([...running].map((close) => close()));
}
