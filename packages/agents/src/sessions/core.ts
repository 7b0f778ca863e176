import { createHash } from "node:crypto";
import type { Clock } from "../clock.ts";
import { isMissingTable, type SqlRunner } from "../storage/sql.ts";
import { Attachments } from "./attachments.ts";
import { estimateMessage } from "./estimate.ts";
import { parseMessage, searchableText } from "./message.ts";
import { extractPayloads, type Payload } from "./payloads.ts";
import { SessionReader } from "./reader.ts";
import { MessageRows } from "./rows.ts";
import { SearchIndex } from "./search-index.ts";
import { Tails } from "./tails.ts";
import { splice } from "./tree.ts";
import type { SearchResult, SessionMessage, StoredCompaction } from "./types.ts";

/** What sessions need of their surroundings. */
export interface SessionPorts {
  readonly sql: SqlRunner;
  readonly clock: Clock;
  /** Runs `body` so that all of its writes happen, or none. */
  transaction<T>(body: () => T): T;
}

/** In the JSON of every message that carries a payload. */
const MAY_CARRY_PAYLOADS = /"mediaType":"/;

/** What became of an update. */
export type UpdateOutcome = "missing" | "unchanged" | "updated";

/** A message made ready to be stored. */
interface Prepared {
  readonly role: string;
  readonly content: string;
  readonly hash: string;
  readonly tokens: number;
  readonly payloads: readonly Payload[];
  readonly text: string;
}

/**
 * The stored sessions of an object, for writing. Every method happens in one turn, and every write in one
 * transaction.
 */
export class SessionStore {
  readonly #ports: () => SessionPorts;
  readonly #rows: MessageRows;
  readonly #attachments: Attachments;
  readonly #index: SearchIndex;
  readonly #tails: Tails;
  readonly reader: SessionReader;

  constructor(ports: () => SessionPorts) {
    const sql = () => ports().sql;
    this.#ports = ports;
    this.#rows = new MessageRows(sql);
    this.#attachments = new Attachments(sql);
    this.#index = new SearchIndex(sql);
    this.#tails = new Tails(this.#rows);
    const [rows, attachments, tails] = [this.#rows, this.#attachments, this.#tails];
    this.reader = new SessionReader({ rows, attachments, tails });
  }

  createTables(): void {
    this.#rows.createTables();
  }

  /**
   * Stores a message, unless there is one with its id.
   *
   * @param parentId Undefined: the newest message; null or unknown: none.
   * @returns the message that is stored, and its token estimate if it is new
   */
  append(
    sessionId: string,
    message: SessionMessage,
    parentId: string | null | undefined,
  ): { readonly message: SessionMessage; readonly tokens: number | undefined } {
    if (this.reader.has(sessionId, message.id)) {
      return { message: this.reader.read(sessionId, message.id) ?? message, tokens: undefined };
    }
    const prepared = this.#prepare(message);
    const { tokens } = prepared;
    this.#write(sessionId, () => {
      const leaf = this.reader.leafId(sessionId) ?? null;
      const parent = parentId === undefined ? leaf : this.#known(sessionId, parentId);
      this.#insert(sessionId, message.id, parent, this.#ports().clock.now(), prepared);
    });
    return { message, tokens };
  }

  /** Keeps a place behind everything that is stored. */
  reserve(sessionId: string): number {
    return this.#tails.reserve(sessionId);
  }

  /**
   * Stores a new message at a place that was kept for it: on the active path it follows what is
   * before the place, and what is behind follows it.
   *
   * @returns its token estimate
   */
  place(sessionId: string, message: SessionMessage, seq: number): number {
    const prepared = this.#prepare(message);
    this.#write(sessionId, () => {
      const places = this.reader.places(sessionId);
      const before = places.findLast((one) => one.seq < seq)?.id ?? null;
      const behind = places.find((one) => one.seq > seq)?.id;
      const createdAt = this.#ports().clock.now();
      this.#insert(sessionId, message.id, before, createdAt, prepared, seq);
      if (behind !== undefined) this.#rows.setParent(sessionId, { id: behind, parent: message.id });
    });
    return prepared.tokens;
  }

  /** Stores a message as it was elsewhere; false when there is one with its id. */
  import(sessionId: string, message: SessionMessage, parent: string | null, at: number): boolean {
    if (this.reader.has(sessionId, message.id)) return false;
    const prepared = this.#prepare(message);
    this.#write(sessionId, () => this.#insert(sessionId, message.id, parent, at, prepared));
    return true;
  }

  update(sessionId: string, message: SessionMessage): UpdateOutcome {
    const { id } = message;
    const known = this.#rows.hash(sessionId, id);
    if (known === undefined) return "missing";
    const prepared = this.#prepare(message);
    if (prepared.hash === known) return "unchanged";
    if (known === null && this.#rows.content(sessionId, id) === prepared.content) {
      this.#rows.setHash(sessionId, id, prepared.hash);
      return "unchanged";
    }
    this.#write(sessionId, () => {
      const before = this.#index.exists ? this.reader.read(sessionId, id) : undefined;
      this.#rows.update(sessionId, id, prepared);
      this.#attachments.refer(sessionId, id, prepared.payloads);
      const { role, text } = prepared;
      if (before && before.role === role && searchableText(before) === text) return;
      this.#index.remove(sessionId, id);
      this.#index.add({ sessionId, id, role, text });
    });
    this.#tails.forget(sessionId);
    return "updated";
  }

  /** Deletes messages; those that answer them answer what these answered. */
  delete(sessionId: string, ids: readonly string[]): void {
    const nodes = this.#rows.nodes(sessionId);
    const wanted = new Set(ids);
    const removed = new Set(nodes.filter(({ id }) => wanted.has(id)).map(({ id }) => id));
    if (removed.size === 0) return;
    this.#write(sessionId, () => {
      for (const node of splice(nodes, removed)) this.#rows.setParent(sessionId, node);
      for (const id of removed) {
        this.#rows.delete(sessionId, id);
        this.#attachments.refer(sessionId, id, []);
        this.#index.remove(sessionId, id);
      }
    });
    this.#tails.forget(sessionId);
  }

  clear(sessionId: string): void {
    this.#write(sessionId, () => {
      this.#rows.clear(sessionId);
      this.#attachments.clear(sessionId);
      this.#index.clear(sessionId);
    });
    this.#tails.forget(sessionId);
  }

  addCompaction(sessionId: string, compaction: StoredCompaction): StoredCompaction {
    const { fromMessageId, toMessageId } = compaction;
    const resolved = {
      ...compaction,
      fromMessageId:
        this.reader.standsFor(sessionId, fromMessageId)?.fromMessageId ?? fromMessageId,
      toMessageId: this.reader.lastOf(sessionId, toMessageId),
    };
    this.#write(sessionId, () => this.#rows.addCompaction(sessionId, resolved));
    this.#tails.forget(sessionId);
    return resolved;
  }

  search(sessionId: string, query: string, limit: number): SearchResult[] {
    if (!this.#index.exists) this.#write(sessionId, () => this.#index.create(this.#everything()));
    return this.#index.find(sessionId, query, limit);
  }

  /** Forgets what is known of a session: a transaction around a write was rolled back. */
  forget(sessionId: string): void {
    this.#tails.forget(sessionId);
    this.#index.forget();
  }

  *#everything() {
    for (const { id, sessionId } of this.#rows.all()) {
      const content = this.#rows.content(sessionId, id);
      const message = content === undefined ? undefined : parseMessage(content);
      if (message) yield { sessionId, id, role: message.role, text: searchableText(message) };
    }
  }

  #prepare(message: SessionMessage): Prepared {
    const whole = JSON.stringify(message);
    const { content, payloads } = MAY_CARRY_PAYLOADS.test(whole)
      ? this.#withoutPayloads(message)
      : { content: whole, payloads: [] };
    return {
      role: message.role,
      content,
      hash: createHash("sha256").update(content).digest("hex"),
      tokens: estimateMessage(message),
      payloads,
      text: searchableText(message),
    };
  }

  #withoutPayloads(message: SessionMessage): Pick<Prepared, "content" | "payloads"> {
    const { payloads, value } = extractPayloads(message.parts, (hash) =>
      this.#attachments.typeOf(hash),
    );
    return { content: JSON.stringify({ ...message, parts: value }), payloads };
  }

  #insert(
    sessionId: string,
    id: string,
    parent: string | null,
    createdAt: number,
    { content, hash, payloads, role, text, tokens }: Prepared,
    seq = this.#tails.nextSeq(sessionId),
  ): void {
    this.#rows.insert({ sessionId, id, seq, parent, role, content, hash, tokens, createdAt });
    this.#attachments.refer(sessionId, id, payloads);
    this.#index.add({ sessionId, id, role, text });
    this.#tails.added(sessionId, { id, seq, parent }, tokens);
  }

  /** Writes in a transaction, which makes the tables if they are missing. */
  #write(sessionId: string, body: () => void): void {
    const { transaction } = this.#ports();
    try {
      transaction(body);
    } catch (error) {
      this.forget(sessionId);
      if (!isMissingTable(error)) throw error;
      transaction(() => {
        this.createTables();
        body();
      });
    }
  }

  #known(sessionId: string, id: string | null): string | null {
    if (id === null) return null;
    const message = this.reader.lastOf(sessionId, id);
    return this.reader.has(sessionId, message) ? message : null;
  }
}
