import { Agent, callable, getAgentByName } from "@freehold/agents";
import {
  type Conversation,
  type DirectoryState,
  type Found,
  isId,
  limits,
  toTitle,
} from "../protocol.ts";
import type { Env } from "./env.ts";
import { SearchIndex } from "./search-index.ts";

/** The conversations of one visitor, kept up to date by the conversations themselves. */
export class Directory extends Agent<Env, DirectoryState> {
  override initialState: DirectoryState = { conversations: [] };
  readonly #index = new SearchIndex(this.ctx.storage.sql);

  /** Puts a conversation into the list. Whoever opens a new one owns it. */
  @callable()
  async open(id: string): Promise<void> {
    if (!isId(id)) throw new Error("There is no such conversation.");
    const own = await (await this.#chat(id)).join(this.name);
    const known = this.#find(id);
    this.#put({ id, title: "", updatedAt: Date.now(), ...known, own });
  }

  @callable()
  async rename(id: string, title: string): Promise<void> {
    if (!this.#find(id)) throw new Error("There is no such conversation in this list.");
    if (typeof title !== "string" || toTitle(title) === "") throw new Error("A title has words.");
    await (await this.#chat(id)).rename(title);
  }

  /** Takes a conversation out of the list, and deletes it for everybody if it is the visitor's own. */
  @callable()
  async remove(id: string): Promise<void> {
    if (!this.#find(id)) return;
    await (await this.#chat(id)).leave(this.name);
    await this.forget(id);
  }

  @callable()
  async search(words: string): Promise<Found[]> {
    if (typeof words !== "string") return [];
    return this.#index.search(words.slice(0, limits.search));
  }

  // ---- Called by `ChatAgent`, never by a page ----

  async update(id: string, title: string, text: string): Promise<void> {
    const known = this.#find(id);
    const isNews = this.#index.put(id, text);
    const updatedAt = isNews || !known ? Date.now() : known.updatedAt;
    this.#put({ id, own: false, ...known, title, updatedAt });
  }

  async forget(id: string): Promise<void> {
    this.#index.remove(id);
    this.setState({ conversations: this.state.conversations.filter((each) => each.id !== id) });
  }

  override validateStateChange(_next: DirectoryState, source: unknown): void {
    if (source !== "server") throw new Error("The list is the agent's to change.");
  }

  #find(id: string): Conversation | undefined {
    return this.state.conversations.find((each) => each.id === id);
  }

  #put(conversation: Conversation): void {
    const others = this.state.conversations.filter(({ id }) => id !== conversation.id);
    const conversations = [conversation, ...others].sort((a, b) => b.updatedAt - a.updatedAt);
    if (JSON.stringify(conversations) === JSON.stringify(this.state.conversations)) return;
    this.setState({ conversations });
  }

  #chat(id: string) {
    return getAgentByName(this.env.ChatAgent, id);
  }
}
