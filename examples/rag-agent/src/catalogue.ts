import { chunksOf } from "./chunks.ts";
import type { FileInfo, Source } from "./protocol.ts";

const EMBEDDING = "@cf/baai/bge-small-en-v1.5";
/** As many texts as the service embeds at once. */
const BATCH = 50;

interface Passage {
  readonly id: string;
  readonly heading: string;
  readonly text: string;
}

/** A row of the table. */
interface PassageRow extends Record<string, SqlStorageValue> {
  id: string;
  file: string;
  heading: string;
  text: string;
}

/** What the catalogue needs of the agent. */
export interface Tools {
  readonly sql: SqlStorage;
  readonly ai: Ai;
  readonly index: Vectorize;
  /** Keeps the passages of different librarians apart in the index that they share. */
  readonly namespace: string;
}

/**
 * The passages of a library: their texts in the agent's own database, their embeddings in the index. A
 * passage is known by its file and a hash of its text, so reading a file again writes only what changed.
 */
export class Catalogue {
  readonly #tools: Tools;

  constructor(tools: Tools) {
    this.#tools = tools;
    tools.sql.exec(
      "CREATE TABLE IF NOT EXISTS passages (id TEXT PRIMARY KEY, file TEXT, heading TEXT, text TEXT)",
    );
  }

  get files(): FileInfo[] {
    return this.#tools.sql
      .exec<{ name: string; passages: number }>(
        "SELECT file AS name, count(*) AS passages FROM passages GROUP BY file ORDER BY file",
      )
      .toArray();
  }

  /** Reads a file, in place of what it was before. Says how many passages are new. */
  async read(file: string, markdown: string): Promise<number> {
    const passages = await passagesOf(file, markdown);
    const wanted = new Set(passages.map(({ id }) => id));
    const known = new Set(this.#ids(file));
    const fresh = passages.filter(({ id }) => !known.has(id));
    // The index first: a passage in the table alone would never be found, and never be read again.
    await this.#embed(file, fresh);
    for (const { id, heading, text } of fresh) {
      const row = [id, file, heading, text];
      this.#tools.sql.exec("INSERT OR REPLACE INTO passages VALUES (?, ?, ?, ?)", ...row);
    }
    await this.#drop([...known].filter((id) => !wanted.has(id)));
    return fresh.length;
  }

  async forget(file: string): Promise<void> {
    await this.#drop(this.#ids(file));
  }

  /** The passages that are nearest to a question, numbered. */
  async find(question: string, count: number): Promise<Source[]> {
    const { ai, index, namespace, sql } = this.#tools;
    const [vector] = await vectorsOf(ai, [question]);
    if (vector === undefined) return [];
    const { matches } = await index.query(vector, { topK: count, namespace });
    return matches.flatMap(({ id }, place) =>
      sql
        .exec<PassageRow>("SELECT * FROM passages WHERE id = ?", id)
        .toArray()
        .map(({ file, heading, text }) => ({ number: place + 1, file, heading, text })),
    );
  }

  async #embed(file: string, passages: readonly Passage[]): Promise<void> {
    const { ai, index, namespace } = this.#tools;
    for (let start = 0; start < passages.length; start += BATCH) {
      const some = passages.slice(start, start + BATCH);
      // The headings say what a passage is about that does not say so itself.
      const vectors = await vectorsOf(
        ai,
        some.map(({ heading, text }) => `${heading}\n${text}`),
      );
      await index.upsert(
        some.map(({ id }, place) => ({
          ...{ id, namespace, metadata: { file } },
          values: vectors[place] ?? [],
        })),
      );
    }
  }

  async #drop(ids: readonly string[]): Promise<void> {
    const { index, sql } = this.#tools;
    if (ids.length === 0) return;
    await index.deleteByIds([...ids]);
    for (const id of ids) sql.exec("DELETE FROM passages WHERE id = ?", id);
  }

  #ids(file: string): string[] {
    const rows = this.#tools.sql.exec<PassageRow>("SELECT * FROM passages WHERE file = ?", file);
    return rows.toArray().map(({ id }) => id);
  }
}

async function passagesOf(file: string, markdown: string): Promise<Passage[]> {
  const passages = chunksOf(markdown).map(async ({ heading, text }) => {
    const bytes = new TextEncoder().encode(`${file}\0${heading}\0${text}`);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return { id: hex(hash.subarray(0, 16)), heading, text };
  });
  // Two passages that are the same are one.
  const byId = new Map((await Promise.all(passages)).map((passage) => [passage.id, passage]));
  return [...byId.values()];
}

async function vectorsOf(ai: Ai, texts: string[]): Promise<number[][]> {
  const answer = await ai.run(EMBEDDING, { text: texts });
  if ("data" in answer && answer.data) return answer.data;
  throw new Error("The model answered no embeddings.");
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
