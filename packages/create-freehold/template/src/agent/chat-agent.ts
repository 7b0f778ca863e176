import { callable, getAgentByName, type Schedule } from "@freehold/agents";
import { AIChatAgent, type OnChatMessageOptions } from "@freehold/agents/chat";
import {
  convertToModelMessages,
  createUIMessageStreamResponse,
  isStepCount,
  pruneMessages,
  streamText,
  toUIMessageStream,
} from "ai";
import {
  type ChatEvent,
  type ChatMessage,
  type ChatState,
  limits,
  type Task,
  toTitle,
} from "../protocol.ts";
import type { Env } from "./env.ts";
import { Members } from "./members.ts";
import { chooseModel, describeModel, instructions } from "./model.ts";
import { explain } from "./model-errors.ts";
import { type TaskPayload, timeOf, toTask } from "./tasks.ts";
import { agentTools, type Wish } from "./tools.ts";
import { spokenText, toTimeZone } from "./words.ts";

/** One conversation: its messages, title and tasks live in a database of its own. */
export class ChatAgent extends AIChatAgent<Env, ChatState> {
  override initialState: ChatState = { title: "", model: null, tasks: [] };
  readonly #members = new Members(this.ctx.storage.sql);

  override async onStart(): Promise<void> {
    this.#change({ model: describeModel(this.env) });
  }

  /** Answers the last message of the conversation. */
  override async onChatMessage(_onFinish: unknown, options?: OnChatMessageOptions) {
    const timeZone = toTimeZone(options?.body?.timeZone);
    const situation = { now: new Date(), timeZone };
    await this.#nameIt();
    const model = await chooseModel(this.env, situation).catch((error: unknown) => {
      throw new Error(explain(error, this.env));
    });
    const result = streamText({
      model,
      instructions: instructions(situation),
      messages: pruneMessages({
        messages: await convertToModelMessages(this.messages),
        reasoning: "before-last-message",
      }),
      tools: agentTools(this),
      stopWhen: isStepCount(10),
      // What went wrong is printed below, without keys.
      onError: () => undefined,
      ...(options?.abortSignal ? { abortSignal: options.abortSignal } : {}),
    });
    const stream = toUIMessageStream({
      stream: result.stream,
      sendReasoning: true,
      messageMetadata: ({ part }) => (part.type === "start" ? { at: Date.now() } : undefined),
      onError: (error) => explain(error, this.env),
    });
    return createUIMessageStreamResponse({ stream });
  }

  protected override async onChatResponse(): Promise<void> {
    await this.#tellMembers();
  }

  // ---- Tasks ----

  /** Sets a task; called by the tool `scheduleTask`. */
  async scheduleTask(wish: Wish): Promise<Task> {
    const payload: TaskPayload = { text: wish.description };
    const schedule = await this.schedule(timeOf(wish.when), "runTask", payload);
    await this.listTasks();
    return toTask(schedule);
  }

  @callable()
  async cancelTask(id: string): Promise<boolean> {
    const cancelled = await this.cancelSchedule(id);
    await this.listTasks();
    return cancelled;
  }

  /** A task is due: says it in the conversation. The server may have been down meanwhile. */
  async runTask({ text }: TaskPayload, schedule: Schedule<TaskPayload>): Promise<void> {
    const message: ChatMessage = {
      id: `task-${schedule.id}-${schedule.time}`,
      role: "assistant",
      metadata: { at: Date.now(), task: true },
      parts: [{ type: "text", text }],
    };
    // To let the model do the task instead, use `saveMessages` with a message of the role `user`.
    await this.persistMessages([...this.messages, message]);
    this.#announce({ type: "task-due", task: toTask(schedule) });
    // It goes from the list, or gets its next time, once this has returned.
    await this.queue("listTasks", null);
    await this.#tellMembers();
  }

  /** Shows the pages what waits for its time. */
  async listTasks(): Promise<void> {
    const schedules = (await this.listSchedules()) as Schedule<TaskPayload>[];
    const tasks = schedules.filter(({ callback }) => callback === "runTask");
    this.#change({ tasks: tasks.map(toTask).sort((a, b) => a.dueAt - b.dueAt) });
  }

  // ---- Lists of conversations; called by `Directory`, never by a page ----

  /** A visitor has it in the list from now on. The first one who joins owns it. */
  async join(visitor: string): Promise<boolean> {
    const isOwner = this.#members.add(visitor);
    await this.#tellMembers();
    return isOwner;
  }

  /** A visitor has it no longer in the list; with its owner goes the conversation. */
  async leave(visitor: string): Promise<void> {
    if (this.#members.owner !== visitor) return this.#members.remove(visitor);
    const others = this.#members.all.filter((member) => member !== visitor);
    this.#announce({ type: "deleted" });
    for (const member of others) await this.#directory(member, (list) => list.forget(this.name));
    await this.destroy();
  }

  async rename(title: string): Promise<void> {
    this.#change({ title: toTitle(title) });
    await this.#tellMembers();
  }

  async #nameIt(): Promise<void> {
    const first = this.messages.find(({ role }) => role === "user");
    if (this.state.title !== "" || !first) return;
    await this.rename(spokenText(first) || "A picture");
  }

  async #tellMembers(): Promise<void> {
    const { title } = this.state;
    const text = this.messages.map(spokenText).filter(Boolean).join("\n").slice(-limits.searched);
    for (const visitor of this.#members.all) {
      await this.#directory(visitor, (list) => list.update(this.name, title, text));
    }
  }

  /** A list that cannot be reached must not stop a conversation. */
  async #directory(visitor: string, ask: (list: DirectoryStub) => Promise<void>): Promise<void> {
    try {
      await ask(await getAgentByName(this.env.Directory, visitor));
    } catch (error) {
      console.error("A list of conversations could not be told:", error);
    }
  }

  // ---- State ----

  /** Pages cannot change the state, only ask for what changes it. */
  override validateStateChange(_next: ChatState, source: unknown): void {
    if (source !== "server")
      throw new Error("The state of a conversation is the agent's to change.");
  }

  #change(part: Partial<ChatState>): void {
    const next = { ...this.state, ...part };
    if (JSON.stringify(next) !== JSON.stringify(this.state)) this.setState(next);
  }

  #announce(event: ChatEvent): void {
    this.broadcast(JSON.stringify(event));
  }
}

/** What a conversation asks of a visitor's list. */
interface DirectoryStub {
  update(id: string, title: string, text: string): Promise<void>;
  forget(id: string): Promise<void>;
}
