import { expect, test } from "vitest";
import { collect, seeded, TestRecords } from "../../test/support/records.ts";
import type { Session } from "./session.ts";
import { Sessions } from "./sessions.ts";
import type { SessionMessage } from "./types.ts";

const SEED = Number(process.env.SESSION_SEED ?? 0);
const seeds = SEED > 0 ? [SEED] : Array.from({ length: 40 }, (_, index) => index + 1);

interface Kept {
  readonly message: SessionMessage;
  parent: string | null;
}

/** What a session is, said simply: messages in the order in which they came, and compactions. */
class Model {
  messages: Kept[] = [];
  compactions: { summary: string; from: string; to: string }[] = [];

  find(id: string): Kept | undefined {
    return this.messages.find(({ message }) => message.id === id);
  }

  get leaf(): string | undefined {
    return this.messages.at(-1)?.message.id;
  }

  add(message: SessionMessage, parent: string | null | undefined): void {
    if (this.find(message.id)) return;
    const known = typeof parent === "string" && !this.find(parent) ? null : parent;
    this.messages.push({ message, parent: known === undefined ? (this.leaf ?? null) : known });
  }

  update(message: SessionMessage): void {
    this.messages = this.messages.map((kept) =>
      kept.message.id === message.id ? { ...kept, message } : kept,
    );
  }

  remove(id: string): void {
    const gone = this.find(id);
    if (!gone) return;
    this.messages = this.messages.filter((kept) => kept !== gone);
    for (const kept of this.messages) if (kept.parent === id) kept.parent = gone.parent;
  }

  path(leaf = this.leaf): string[] {
    const kept = leaf === undefined ? undefined : this.find(leaf);
    if (!kept) return [];
    return [...(kept.parent === null ? [] : this.path(kept.parent)), kept.message.id];
  }

  /** What a read shows: the id of a message, or a summary. */
  shown(leaf?: string): string[] {
    const path = this.path(leaf);
    const out: string[] = [];
    for (let at = 0; at < path.length; at++) {
      const ranges = this.compactions
        .filter(({ from, to }) => from === path[at] && path.indexOf(to) >= at)
        .map(({ summary, to }) => ({ summary, end: path.indexOf(to) }));
      const last = ranges.at(-1);
      out.push(last ? `[${last.summary}]` : (path[at] as string));
      at = last?.end ?? at;
    }
    return out;
  }
}

const shown = (messages: readonly SessionMessage[]) =>
  messages.map(({ id, parts }) => (id.startsWith("compaction_") ? `[${parts[0]?.text}]` : id));

const at = (parentId: string | null | undefined) => (parentId === undefined ? {} : { parentId });

const words = ["red", "green", "blue"];

test.each(seeds)("random sessions equal the model (SESSION_SEED=%i)", async (seed) => {
  const chance = seeded(seed * 104_729);
  const records = new TestRecords();
  const pick = <T>(from: readonly T[]): T => from[chance.below(from.length)] as T;
  const names = ["", "other"];
  const models = new Map(names.map((name) => [name, new Model()]));
  let sessions = records.live(new Sessions());
  let searched = false;
  let made = 0;

  const anyId = (model: Model) =>
    chance.below(12) === 0 ? "unknown" : (pick(model.messages)?.message.id ?? "unknown");
  const newMessage = (id: string): SessionMessage => {
    const text = `${pick(words)} ${pick(words)}`;
    const media = { type: "file", mediaType: "image/png" };
    const url = `data:image/png;base64,${Buffer.from([chance.below(4)]).toString("base64")}`;
    const parts = [{ type: "text", text }, ...(chance.below(3) ? [] : [{ ...media, url }])];
    return { id, role: pick(["user", "assistant"]), parts };
  };

  async function step(session: Session, model: Model): Promise<void> {
    const which = chance.below(20);
    if (which < 9) {
      const message = newMessage(chance.below(8) ? `m${made++}` : anyId(model));
      const parentId = pick([undefined, undefined, null, anyId(model), anyId(model)]);
      const { inserted } = await session.appendMessage(message, at(parentId));
      expect(inserted).toBe(!model.find(message.id));
      model.add(message, parentId);
    } else if (which < 11) {
      const message = newMessage(anyId(model));
      if (chance.below(2)) {
        const updated = await session.updateMessage(message);
        expect(updated).toEqual(model.find(message.id) ? message : null);
        model.update(message);
      } else {
        await session.upsertMessage(message);
        if (model.find(message.id)) model.update(message);
        else model.add(message, undefined);
      }
    } else if (which < 13) {
      const ids = Array.from({ length: 1 + chance.below(3) }, () => anyId(model));
      await session.deleteMessages(ids);
      for (const id of ids) model.remove(id);
    } else if (which < 15) {
      const [summary, from, to] = [`s${made++}`, anyId(model), anyId(model)];
      await session.addCompaction(summary, from, to);
      model.compactions.push({ summary, from, to });
    } else if (which < 16) {
      const message = newMessage(`m${made++}`);
      const parentId = chance.below(3) && model.leaf ? anyId(model) : null;
      const known = parentId !== null && model.find(parentId) ? parentId : null;
      await session.importMessage(message, { parentId: known, createdAt: chance.below(1000) });
      model.add(message, known);
    } else if (which < 17) {
      const sync = session.__DO_NOT_USE_WILL_BREAK__sync();
      const message = newMessage(`lost${made++}`);
      const write = () => {
        sync.upsert(message);
        throw new Error("rolled back");
      };
      expect(() => records.transaction(write)).toThrow("rolled back");
      if (chance.below(2)) sync.abandon();
    } else if (which < 18) {
      sessions = records.live(new Sessions());
    } else if (which < 19) {
      searched = true;
    } else if (chance.below(5) === 0) {
      await session.clearMessages();
      model.messages = [];
      model.compactions = [];
    }
  }

  async function compare(session: Session, model: Model): Promise<void> {
    expect(shown(await session.getHistory())).toEqual(model.shown());
    const leafId = anyId(model);
    const branch = model.shown(leafId);
    expect(shown(await collect(session.history({ leafId })))).toEqual(branch);
    const reversed = await collect(session.history({ leafId, newestFirst: true }));
    expect(shown(reversed)).toEqual(branch.toReversed());
    expect((await session.getLatestLeaf())?.id).toBe(model.leaf);
    expect(await session.getMessage(leafId)).toEqual(model.find(leafId)?.message ?? null);
    const answers = model.messages.filter(({ parent }) => parent === leafId);
    expect(await session.getBranches(leafId)).toEqual(answers.map(({ message }) => message));
    const stats = await session.getHistoryRowStats();
    expect(stats.map(({ id }) => id)).toEqual(model.path());
    const size = stats.reduce((sum, { bytes }) => sum + bytes, 0);
    const messages = model.path().map((id) => model.find(id)?.message);
    // A payload is counted, and so is the pointer that stands for it: 60 characters more than the
    // beginning of its URL.
    const pointers = messages.filter((message) => message?.parts[1]).length;
    const json = messages.map((message) => JSON.stringify(message)).join("");
    expect(size).toBe(json.length + pointers * 60);
    if (!searched) return;
    const word = pick(words);
    const found = await session.search(word, { limit: 1000 });
    const having = model.messages.filter(({ message }) => message.parts[0]?.text?.includes(word));
    expect(found.map(({ id }) => id).sort()).toEqual(
      having.map(({ message }) => message.id).sort(),
    );
  }

  for (let count = 0; count < 60; count++) {
    const name = pick(names);
    const model = models.get(name) ?? new Model();
    await step(sessions.session(name), model);
    await compare(sessions.session(name), model);
  }
  const kept = [...models.values()].flatMap(({ messages }) => messages);
  const files = kept.map(({ message }) => message.parts[1]?.url).filter(Boolean);
  const meta = "SELECT hash FROM cf_agents_session_attachment_meta";
  const stored = kept.length > 0 || records.sql("SELECT 1 FROM sqlite_master").length > 0;
  expect(stored ? records.sql(meta) : []).toHaveLength(new Set(files).size);
});
