import { type Connection, callable } from "@freehold/agents";
import { AIChatAgent } from "@freehold/agents/chat";
import {
  convertToModelMessages,
  createUIMessageStream,
  createUIMessageStreamResponse,
  streamText,
} from "ai";
import { createWorkersAI } from "workers-ai-provider";
import { Catalogue } from "./catalogue.ts";
import type { LibraryMessage, LibraryState, Source } from "./protocol.ts";
import { shelf } from "./shelf.ts";

const MODEL = "@cf/meta/llama-3.1-8b-instruct";
const SOURCES = 4;
const MOST_CHARACTERS = 500_000;
const NAME = /^[^/\\\p{Cc}]{1,100}\.md$/u;

/** Reads Markdown files, and answers questions from them with its sources. */
export class Librarian extends AIChatAgent<Cloudflare.Env, LibraryState> {
  override initialState: LibraryState = { files: [], isReading: false };

  readonly #catalogue = new Catalogue({
    sql: this.ctx.storage.sql,
    ai: this.env.AI,
    index: this.env.PASSAGES,
    namespace: this.ctx.id.toString(),
  });

  override async onStart(): Promise<void> {
    // A start in the middle of a file left the flag standing.
    if (this.state.isReading) this.#show(false);
  }

  /** The state is the librarian's to say. */
  override validateStateChange(_next: LibraryState, source: Connection | "server"): void {
    if (source !== "server") throw new Error("The library cannot be changed from a page.");
  }

  @callable()
  readShelf(): Promise<number> {
    return this.#read(shelf);
  }

  @callable()
  async readFile(name: string, text: string): Promise<number> {
    if (!NAME.test(name)) throw new Error("A file needs a name that ends in .md.");
    if (text.length > MOST_CHARACTERS) throw new Error("The file is too long.");
    return this.#read([[name, text]]);
  }

  @callable()
  async forgetFile(name: string): Promise<void> {
    await this.#catalogue.forget(name);
    this.#show(false);
  }

  override async onChatMessage() {
    const question = lastQuestion(this.messages as LibraryMessage[]);
    const sources = await this.#catalogue.find(question, SOURCES);
    const stream = createUIMessageStream<LibraryMessage>({
      execute: async ({ writer }) => {
        const result = streamText({
          model: createWorkersAI({ binding: this.env.AI })(MODEL),
          instructions: instructionsFor(sources),
          messages: await convertToModelMessages(this.messages.slice(-6)),
        });
        writer.merge(result.toUIMessageStream({ sendFinish: false }));
        await result.consumeStream();
        writer.write({ type: "data-sources", data: sources });
      },
      onError: (error) => (error instanceof Error ? error.message : "The answer failed."),
    });
    return createUIMessageStreamResponse({ stream });
  }

  async #read(files: readonly (readonly [name: string, text: string])[]): Promise<number> {
    this.#show(true);
    try {
      let fresh = 0;
      for (const [name, text] of files) fresh += await this.#catalogue.read(name, text);
      return fresh;
    } finally {
      this.#show(false);
    }
  }

  #show(isReading: boolean): void {
    this.setState({ files: this.#catalogue.files, isReading });
  }
}

function instructionsFor(sources: readonly Source[]): string {
  if (sources.length === 0) return "Say that the library has nothing about it.";
  // One block each: a blank line would part a passage from its number.
  const passages = sources.map(
    ({ number, heading, text }) => `[${number}] ${heading}\n${text.replace(/\n{2,}/g, "\n")}`,
  );
  return [
    "Answer from these passages alone. After each sentence write the number of its passage, as [1].",
    "Say so when they do not tell.",
    ...passages,
  ].join("\n\n");
}

function lastQuestion(messages: readonly LibraryMessage[]): string {
  const last = messages.findLast(({ role }) => role === "user");
  return (last?.parts ?? [])
    .flatMap((part) => (part.type === "text" ? [part.text] : []))
    .join("\n");
}
