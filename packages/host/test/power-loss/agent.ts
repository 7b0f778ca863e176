import { type Diary, SCHEDULED_BASE } from "./diary.ts";

interface Message {
  readonly id: string;
  readonly role: "user";
  readonly parts: readonly { readonly type: "text"; readonly text: string }[];
}

/** As much of the SDK as a diary needs. Its own types want the platform's globals, not Node's. */
interface ChatAgent {
  readonly ctx: { readonly id: object };
  readonly state: { readonly count: number };
  readonly messages: readonly Message[];
  setState(state: { readonly count: number }): void;
  schedule(when: Date, callback: string, payload: number): Promise<unknown>;
  listSchedules(): Promise<readonly { readonly payload: unknown }[]>;
  queue(callback: string, payload: number): Promise<unknown>;
  persistMessages(messages: readonly Message[]): Promise<void>;
  sql<Row>(strings: TemplateStringsArray, ...values: readonly number[]): readonly Row[];
}

const CHAT: string = "@freehold/agents/chat";
const { AIChatAgent } = (await import(CHAT)) as {
  readonly AIChatAgent: new (ctx: object, env: object) => ChatAgent;
};

/** An agent that writes a page in every way that an agent has: state, schedule, queue, chat. */
export class DiaryAgent extends AIChatAgent {
  initialState = { count: 0 };

  async onStart(): Promise<void> {
    this.sql`CREATE TABLE IF NOT EXISTS noted (page INTEGER PRIMARY KEY)`;
  }

  async onRequest(request: Request): Promise<Response> {
    const page = Number(new URL(request.url).searchParams.get("page"));
    if (page === 0) return Response.json(await this.#tell());
    this.setState({ count: page });
    await this.schedule(new Date((SCHEDULED_BASE - page) * 1000), "ring", page);
    await this.queue("note", page);
    const text = `page ${page} ${"x".repeat((page * 997) % 2000)}`;
    await this.persistMessages([
      ...this.messages,
      { id: `page-${page}`, role: "user", parts: [{ type: "text", text }] },
    ]);
    return Response.json({ id: String(this.ctx.id), page });
  }

  note(page: number): void {
    this.sql`INSERT OR IGNORE INTO noted VALUES (${page})`;
  }

  ring(): void {
    throw new Error("It is far too early.");
  }

  async #tell(): Promise<Diary> {
    const schedules = await this.listSchedules();
    const noted = this.sql<{ page: number }>`SELECT page FROM noted ORDER BY page`;
    return {
      count: this.state.count,
      schedules: schedules.map(({ payload }) => Number(payload)).sort((a, b) => a - b),
      noted: noted.map(({ page }) => page),
      messages: this.messages.map(({ id }) => id),
    };
  }
}

interface Env {
  readonly DIARY: { getByName(name: string): { fetch(request: Request): Promise<Response> } };
}

export default {
  fetch(request: Request, env: Env): Promise<Response> {
    const name = new URL(request.url).searchParams.get("name");
    return env.DIARY.getByName(String(name)).fetch(request);
  },
};
