import { estimateTokens } from "../tokens.ts";
import type { Attachments } from "./attachments.ts";
import { parseMessage } from "./message.ts";
import { planPath, summaryIds } from "./overlay.ts";
import { insertPayloads } from "./payloads.ts";
import type { MessageRows, PathRow } from "./rows.ts";
import { ATTACHMENT_POINTER } from "./schema.ts";
import type { Tails } from "./tails.ts";
import { pathTo } from "./tree.ts";
import { isCompactionId, type SessionMessage, type StoredCompaction } from "./types.ts";

/** What a reader reads from. */
export interface ReaderParts {
  readonly rows: MessageRows;
  readonly attachments: Attachments;
  readonly tails: Tails;
}

/** The stored sessions of an object, for reading. Every method happens in one turn. */
export class SessionReader {
  readonly #rows: MessageRows;
  readonly #attachments: Attachments;
  readonly #tails: Tails;

  constructor({ attachments, rows, tails }: ReaderParts) {
    this.#rows = rows;
    this.#attachments = attachments;
    this.#tails = tails;
  }

  has(sessionId: string, id: string): boolean {
    return this.#rows.head(sessionId, id) !== undefined;
  }

  parentOf(sessionId: string, id: string): string | null {
    return this.#rows.head(sessionId, id)?.parent ?? null;
  }

  /** Ids from a message up, at most `limit`. */
  climb(sessionId: string, id: string, limit: number): string[] {
    return pathTo(id, this.#rows.above(sessionId, id, limit)).reverse();
  }

  /** A message as it was written; undefined when there is none, or what is stored is none. */
  read(sessionId: string, id: string): SessionMessage | undefined {
    const content = this.#rows.content(sessionId, id);
    const message = content === undefined ? undefined : parseMessage(content);
    if (!message || !content?.includes(ATTACHMENT_POINTER)) return message;
    const parts = insertPayloads(message.parts, this.#attachments.readerFor(sessionId, id));
    return { ...message, parts: parts as SessionMessage["parts"] };
  }

  /** The id of the newest message, which is where the active path ends. */
  leafId(sessionId: string): string | undefined {
    return this.#tails.leafId(sessionId);
  }

  children(sessionId: string, id: string): string[] {
    return this.#rows.children(sessionId, this.lastOf(sessionId, id));
  }

  /** For the id of a summary the last message that it stands for; else the id itself. */
  lastOf(sessionId: string, id: string): string {
    return this.standsFor(sessionId, id)?.toMessageId ?? id;
  }

  /** Ids from the root to a message; without one to the newest. */
  path(sessionId: string, leafId: string | null | undefined): string[] {
    const leaf = this.#leafOf(sessionId, leafId);
    if (leaf === undefined) return [];
    return this.#shown(sessionId, pathTo(leaf, this.#rows.above(sessionId, leaf)));
  }

  /** Like {@link path}, with what is known of each message. */
  stats(sessionId: string, leafId: string | null | undefined): PathRow[] {
    const leaf = this.#leafOf(sessionId, leafId);
    if (leaf === undefined) return [];
    const rows = this.#rows.statsAbove(sessionId, leaf);
    const byId = new Map(rows.map((row) => [row.id, row]));
    const path = this.#shown(sessionId, pathTo(leaf, rows));
    return path.map((id) => byId.get(id)).filter((row) => row !== undefined);
  }

  /** Ids and places of the active path, in order. */
  places(sessionId: string): { readonly id: string; readonly seq: number }[] {
    const leaf = this.leafId(sessionId);
    if (leaf === undefined) return [];
    const rows = this.#rows.placesAbove(sessionId, leaf);
    const shown = new Set(this.#shown(sessionId, pathTo(leaf, rows)));
    return rows.filter(({ id }) => shown.has(id)).map(({ id, seq }) => ({ id, seq }));
  }

  /** The place right behind a message, if nothing has it. */
  placeBehind(sessionId: string, id: string): number | undefined {
    const head = this.#rows.head(sessionId, id);
    return head && !this.#rows.isTaken(sessionId, head.seq + 1) ? head.seq + 1 : undefined;
  }

  compactions(sessionId: string): StoredCompaction[] {
    return this.#rows.compactions(sessionId);
  }

  /** About how many tokens a read of the active path costs. */
  tokens(sessionId: string): number {
    return this.#tails.tokens(sessionId, () => {
      const leaf = this.leafId(sessionId);
      if (leaf === undefined) return 0;
      const rows = this.#rows.tokensAbove(sessionId, leaf);
      const byId = new Map(rows.map(({ id, tokens }) => [id, tokens]));
      const path = this.#shown(sessionId, pathTo(leaf, rows));
      return planPath(path, this.compactions(sessionId))
        .map((item) =>
          item.kind === "message"
            ? (byId.get(item.id) ?? 0)
            : estimateTokens(item.compaction.summary),
        )
        .reduce((sum, tokens) => sum + tokens, 0);
    });
  }

  /** For the id of a summary the compaction that it stands for. */
  standsFor(sessionId: string, id: string): StoredCompaction | undefined {
    if (!isCompactionId(id)) return undefined;
    return this.compactions(sessionId).find((one) => summaryIds([one]).has(id));
  }

  #leafOf(sessionId: string, leafId: string | null | undefined): string | undefined {
    return leafId ? this.lastOf(sessionId, leafId) : this.leafId(sessionId);
  }

  /** A stored copy of a summary that is this session's own is not shown beside it. */
  #shown(sessionId: string, path: readonly string[]): string[] {
    if (!path.some(isCompactionId)) return [...path];
    const summaries = summaryIds(this.compactions(sessionId));
    return path.filter((id) => !summaries.has(id));
  }
}
