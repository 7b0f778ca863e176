import { FreeholdError } from "../errors.ts";
import { StreamNotFoundError } from "./contract-errors.ts";
import type { StreamStore } from "./store.ts";
import type { StreamChunk, StreamReadBatchesOptions } from "./types.ts";

const DEFAULT_BATCH = 100;

/**
 * Gives what is stored from a place on, then what is added, until the stream ends or is deleted.
 * Whatever is given is stored already: it is read from the rows, never taken from a producer.
 *
 * @throws StreamNotFoundError, FreeholdError `invalid_stream_read`, the reason of `signal`
 */
export async function* readBatches(
  store: StreamStore,
  streamId: string,
  options: StreamReadBatchesOptions,
): AsyncGenerator<StreamChunk[], void, undefined> {
  const { onUpToDate, signal } = options;
  const from = firstOf(options);
  const size = Math.max(1, Math.floor(numberOf("batchSize", options.batchSize ?? DEFAULT_BATCH)));
  if (!store.find(streamId)) throw new StreamNotFoundError(streamId);
  const watch = store.watch(streamId);
  try {
    const cursor = store.from(streamId, from);
    for (let upToDate = false; ; ) {
      signal?.throwIfAborted();
      if (watch.gone) return;
      const { version } = watch;
      const chunks = cursor.take(size).map(({ seq, chunk }) => ({ seq, chunk }));
      if (chunks.length > 0) {
        yield chunks;
        continue;
      }
      if (!upToDate) {
        upToDate = true;
        onUpToDate?.();
        // The callback may have written.
        if (watch.version !== version) continue;
      }
      if (store.find(streamId)?.state !== "streaming") return;
      await watch.after(version, signal);
    }
  } finally {
    watch.stop();
  }
}

/** The first `seq` that is asked for. @throws FreeholdError `invalid_stream_read` */
export function firstOf({ from = 0 }: { readonly from?: number }): number {
  return Math.max(0, Math.ceil(numberOf("from", from)));
}

function numberOf(name: string, value: number): number {
  const number = Number(value);
  if (!Number.isNaN(number)) return Math.min(number, Number.MAX_SAFE_INTEGER);
  throw new FreeholdError("invalid_stream_read", `${name} must be a number, not ${String(value)}`);
}
