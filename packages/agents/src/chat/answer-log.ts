/**
 * The answers of a chat as streams of the object: every chunk is stored before it is sent, so that
 * no client has seen what a crash takes back. The form is that of the published package, see
 * `segments.ts`.
 *
 * @module
 */

import type { Random } from "../random.ts";
import type { StreamsSyncInternal } from "../streams/sync.ts";
import type { StreamJson, StreamRow } from "../streams/types.ts";
import type { Progress } from "./recovery/progress.ts";
import { segmentsOf, textsOf } from "./segments.ts";

/** The stream of one answer. */
export interface LoggedAnswer {
  readonly streamId: string;
  readonly requestId: string;
  /** Id of the message that the answer becomes, or goes on with. */
  readonly messageId: string | undefined;
  readonly continuation: boolean;
  /** The user messages that the request ended with. */
  readonly messageIds: readonly string[] | undefined;
  /** `seq` of the first chunk. */
  readonly seqBase: number;
  /** The stream stays when the answer has ended: others read it. */
  readonly isKept: boolean;
  /** Chunks that the stored message holds already; undefined when it holds none. */
  readonly checkpoint: number | undefined;
}

/** What the log needs. */
export interface AnswerLogPorts {
  readonly streams: StreamsSyncInternal;
  readonly random: Random;
  readonly progress: Progress;
  now(): number;
  /** Runs `body` so that all of its writes happen, or none. */
  transaction<T>(body: () => T): T;
}

/** How a stream ends: what completed has become a message, and is no stream any more. */
export type StreamEnd = "completed" | "errored";

/** Segments that are read at once. */
const PAGE = 10;
/** How long a stream that nobody ended is kept, in milliseconds. */
const ABANDONED_MS = 60 * 60 * 1000;

/** The streams of answers. At most one is being written. */
export class AnswerLog {
  readonly #ports: AnswerLogPorts;
  #active: LoggedAnswer | undefined;
  #live = false;
  /** Chunks of the active stream so far. */
  #count = 0;

  constructor(ports: AnswerLogPorts) {
    this.#ports = ports;
    ports.streams.onDelete(({ stream_id: id, metadata }, segments) => {
      if (isChat(metadata)) ports.progress.retire(id, segments);
    });
  }

  /** The answer under way, or one whose producer ended with an earlier life of the object. */
  get active(): LoggedAnswer | undefined {
    return this.#active;
  }

  /** Whether the active answer is being written in this life. */
  get isLive(): boolean {
    return this.#active !== undefined && this.#live;
  }

  /** Looks for what an earlier life left. */
  restore(): void {
    const [newest] = this.#rows().filter(({ state }) => state === "streaming");
    this.#active = newest && answerOf(newest);
    this.#live = false;
  }

  /** Opens the stream of an answer; what nobody needs any more of earlier ones goes. */
  begin(answer: Omit<LoggedAnswer, "streamId" | "seqBase" | "checkpoint">): LoggedAnswer {
    const { progress, random, streams, transaction } = this.#ports;
    const streamId = random.id();
    const active = { ...answer, streamId, seqBase: 0, checkpoint: undefined };
    transaction(() => {
      this.#reclaim();
      streams.insertStream(streamId, answer.requestId, metadataOf(active));
    });
    this.#active = active;
    this.#live = true;
    this.#count = 0;
    progress.begin(streamId);
    return active;
  }

  /** The message as it is stored now holds all chunks so far. In the caller's transaction. */
  mark(): void {
    if (!this.#active) return;
    this.#active = { ...this.#active, checkpoint: this.#count };
    this.#ports.streams.setMetadata(this.#active.streamId, metadataOf(this.#active));
  }

  /**
   * Stores chunks of the active answer, each as the JSON of its text, and gives the `seq` of the
   * first.
   */
  append(texts: readonly string[]): number {
    const { streamId, seqBase } = this.#active as LoggedAnswer;
    const from = seqBase + this.#count;
    const { progress, streams, transaction } = this.#ports;
    const segments = segmentsOf(texts);
    const write = () => {
      for (const segment of segments) streams.appendJson(streamId, segment);
    };
    if (segments.length > 1) transaction(write);
    else write();
    this.#count += texts.length;
    if (texts.length > 0) progress.grow(streamId, texts.length);
    return from;
  }

  /** The texts of the chunks that are stored of an answer, in order. */
  texts({ streamId }: LoggedAnswer): Generator<string, void, undefined> {
    return textsOf(this.#segments(streamId));
  }

  *#segments(streamId: string): Generator<StreamJson, void, undefined> {
    for (let from = 0; ; ) {
      const rows = this.#ports.streams.readChunks(streamId, from, PAGE);
      for (const row of rows) yield JSON.parse(row.chunk) as StreamJson;
      const last = rows.at(-1);
      if (!last) return;
      from = last.seq + 1;
    }
  }

  /**
   * Ends a stream, in one transaction with what `commit` writes. Without a stream, or when it had
   * ended before, `commit` runs as well. A stream that others read stays.
   */
  end(answer: LoggedAnswer | undefined, how: StreamEnd, commit: () => void): void {
    const { streams, transaction } = this.#ports;
    let done = false;
    const once = () => {
      commit();
      done = true;
    };
    if (answer) {
      streams.settle(answer.streamId, how, null, {
        commit: once,
        discard: how === "completed" && !answer.isKept,
      });
    }
    if (!done) transaction(once);
    if (answer && this.#active?.streamId === answer.streamId) this.#active = undefined;
  }

  /** The newest stream of a request, in the given state or any. */
  find(requestId: string, state?: StreamRow["state"]): LoggedAnswer | undefined {
    const rows = this.#ports.streams.rowsByTag(requestId, state);
    const row = rows.find(({ metadata }) => isChat(metadata));
    return row && answerOf(row);
  }

  /** Deletes every stream of the chat. */
  clear(): void {
    const ids = this.#rows().map(({ stream_id }) => stream_id);
    if (ids.length > 0) this.#ports.streams.deleteMany(ids);
    this.#active = undefined;
  }

  #reclaim(): void {
    const { now, streams } = this.#ports;
    const old = (row: StreamRow) =>
      now() - (streams.lastChunkAt(row.stream_id) ?? row.created_at) > ABANDONED_MS;
    const isOver = (row: StreamRow) =>
      row.state === "streaming" ? old(row) : !answerOf(row).isKept;
    const rows = this.#rows().filter(isOver);
    if (rows.length > 0) streams.deleteMany(rows.map(({ stream_id }) => stream_id));
  }

  #rows(): StreamRow[] {
    return this.#ports.streams.listRows().filter(({ metadata }) => isChat(metadata));
  }
}

interface Metadata {
  readonly cfChat?: number;
  readonly messageId?: string;
  readonly isContinuation?: number;
  readonly originMessageIds?: readonly string[];
  readonly seqBase?: number;
  readonly checkpoint?: number;
  readonly kept?: number;
}

function metadataOf(answer: LoggedAnswer): Record<string, StreamJson> {
  const { checkpoint, continuation, isKept, messageId, messageIds } = answer;
  return {
    cfChat: 1,
    ...(isKept ? { kept: 1 } : {}),
    ...(messageId ? { messageId } : {}),
    ...(continuation ? { isContinuation: 1 } : {}),
    ...(messageIds ? { originMessageIds: [...messageIds] } : {}),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}

function readMetadata(json: string | null): Metadata {
  return json === null ? {} : ((JSON.parse(json) as Metadata | null) ?? {});
}

function isChat(json: string | null): boolean {
  return readMetadata(json).cfChat === 1;
}

function answerOf({ metadata, stream_id: streamId, tag }: StreamRow): LoggedAnswer {
  const {
    checkpoint,
    isContinuation,
    kept,
    messageId,
    originMessageIds,
    seqBase = 0,
  } = readMetadata(metadata);
  return {
    ...{ streamId, requestId: tag ?? "", messageId, seqBase, checkpoint, isKept: kept === 1 },
    continuation: isContinuation === 1,
    messageIds: originMessageIds,
  };
}
