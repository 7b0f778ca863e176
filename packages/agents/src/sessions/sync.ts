import { readAll, readRecent } from "./history.ts";
import { checkMessage } from "./message.ts";
import type {
  AppendOptions,
  AppendResult,
  RecentHistoryResult,
  SessionChangeEvent,
  SessionMessage,
} from "./types.ts";
import type { SessionRoom, SessionWrites, Written } from "./writes.ts";

/** A write that happened. */
export interface SyncWrite<Result> {
  readonly result: Result;
  /** What listeners will be told. */
  readonly event: SessionChangeEvent | undefined;
  /** Tells them; to be called when the transaction has ended. */
  after(): Promise<void>;
}

/** @internal A session for the SDK's own rooms that write in a transaction of theirs: all at once. */
export interface SessionSync {
  has(id: string): boolean;
  read(id: string): SessionMessage | undefined;
  /** All messages of the active path. */
  all(): SessionMessage[];
  /** The newest messages of the active path within so many bytes. */
  recent(maxContentBytes: number): RecentHistoryResult;
  /** Ids of the active path and their places, in order. */
  places(): { readonly id: string; readonly seq: number }[];
  /** Keeps a place behind everything that is stored; it is lost with this life of the object. */
  reserve(): number;
  /** The place right behind a message, unless something has it. */
  placeBehind(id: string): number | undefined;
  upsert(message: SessionMessage, options?: AppendOptions): SyncWrite<AppendResult>;
  /** Replaces a message, or adds it at a place. */
  place(message: SessionMessage, seq: number): SyncWrite<AppendResult>;
  /** Like `Session.importMessage()`; false when there is one with its id. Tells nobody. */
  import(message: SessionMessage, parentId: string | null, createdAt: number): boolean;
  delete(ids: string[]): SyncWrite<undefined>;
  clear(): SyncWrite<undefined>;
  /** A transaction around writes was rolled back. */
  abandon(): void;
}

/** Makes the view. */
export function sessionSync(
  sessionId: string,
  { store }: SessionRoom,
  writes: SessionWrites,
): SessionSync {
  const { reader } = store;
  const told = <Result>({ after, result }: Written<Result>): SyncWrite<Result> => {
    return { result, event: after.event, after: () => writes.finish(after) };
  };
  return {
    has: (id) => reader.has(sessionId, id),
    read: (id) => reader.read(sessionId, id),
    all: () => readAll(reader, sessionId, {}),
    recent: (maxContentBytes) => readRecent(reader, sessionId, maxContentBytes, undefined),
    places: () => reader.places(sessionId),
    reserve: () => store.reserve(sessionId),
    placeBehind: (id) => reader.placeBehind(sessionId, id),
    upsert(message, options = {}) {
      checkMessage(message);
      return told(writes.upsert(message, options));
    },
    place(message, seq) {
      checkMessage(message);
      return told(writes.place(message, seq));
    },
    import: (message, parentId, createdAt) => store.import(sessionId, message, parentId, createdAt),
    delete: (ids) => told(writes.delete(ids)),
    clear: () => told(writes.clear()),
    abandon: () => store.forget(sessionId),
  };
}
