import { type Connection, callable, routeAgentRequest, type Schedule } from "@freehold/agents";
import { AIChatAgent, type OnChatMessageOptions } from "@freehold/agents/chat";
import {
  convertToModelMessages,
  createUIMessageStreamResponse,
  isStepCount,
  streamText,
  toUIMessageStream,
} from "ai";
import { checkReminder, checkState, checkTimeZone } from "./agent/checks.ts";
import type { Env } from "./agent/env.ts";
import { chooseModel, describeModel, instructions } from "./agent/model.ts";
import { agentTools } from "./agent/tools.ts";
import {
  type AgentEvent,
  type AgentState,
  type ChatAgentApi,
  type ChatMessage,
  initialState,
  type Reminder,
} from "./protocol.ts";

interface ReminderPayload {
  readonly text: string;
}

/** One agent per name: its conversation, its state and its reminders live in a database of its own. */
export class ChatAgent extends AIChatAgent<Env, AgentState> implements ChatAgentApi {
  override initialState = initialState;

  /** Answers the last message of the conversation. */
  override async onChatMessage(_onFinish: unknown, options?: OnChatMessageOptions) {
    const situation = {
      state: this.state,
      reminders: await this.reminders(),
      now: new Date(),
      timeZone: checkTimeZone(options?.body?.timeZone),
    };
    const result = streamText({
      model: chooseModel(this.env, situation),
      instructions: instructions(situation),
      messages: await convertToModelMessages(this.messages),
      tools: agentTools(this),
      stopWhen: isStepCount(5),
      abortSignal: options?.abortSignal,
    });
    const stream = toUIMessageStream({
      stream: result.stream,
      messageMetadata: ({ part }) => (part.type === "start" ? { at: Date.now() } : undefined),
      onError: (error) => (error instanceof Error ? error.message : "The model did not answer."),
    });
    return createUIMessageStreamResponse({ stream });
  }

  @callable()
  async setReminder(seconds: number, text: string): Promise<Reminder> {
    const checked = checkReminder(seconds, text);
    const payload: ReminderPayload = { text: checked.text };
    const schedule = await this.schedule(checked.seconds, "remind", payload);
    await this.#announceReminders();
    return toReminder(schedule);
  }

  @callable()
  async cancelReminder(id: string): Promise<boolean> {
    const cancelled = await this.cancelSchedule(id);
    await this.#announceReminders();
    return cancelled;
  }

  async reminders(): Promise<Reminder[]> {
    const schedules = (await this.listSchedules()) as Schedule<ReminderPayload>[];
    return schedules
      .filter(({ callback }) => callback === "remind")
      .map(toReminder)
      .sort((a, b) => a.dueAt - b.dueAt);
  }

  /** Called when a reminder is due, even if the server was down or the agent asleep meanwhile. */
  async remind(_payload: ReminderPayload, schedule: Schedule<ReminderPayload>): Promise<void> {
    const reminder = toReminder(schedule);
    const message: ChatMessage = {
      id: `reminder-${reminder.id}`,
      role: "assistant",
      metadata: { at: Date.now(), reminder: true },
      parts: [{ type: "text", text: reminder.text }],
    };
    await this.persistMessages([...this.messages, message]);
    this.#announce({ type: "reminder-fired", reminder });
    await this.#announceReminders(reminder.id);
  }

  /** A page has opened: tell it what is not part of state or conversation. */
  override async onConnect(connection: Connection): Promise<void> {
    const events: AgentEvent[] = [
      { type: "model", model: describeModel(this.env) },
      { type: "reminders", reminders: await this.reminders() },
    ];
    for (const event of events) connection.send(JSON.stringify(event));
  }

  override validateStateChange(nextState: AgentState): void {
    checkState(nextState);
  }

  /** A reminder stays listed until its callback has returned, hence `exceptId`. */
  async #announceReminders(exceptId?: string): Promise<void> {
    const reminders = await this.reminders();
    this.#announce({ type: "reminders", reminders: reminders.filter(({ id }) => id !== exceptId) });
  }

  #announce(event: AgentEvent): void {
    this.broadcast(JSON.stringify(event));
  }
}

function toReminder({ id, payload, time }: Schedule<ReminderPayload>): Reminder {
  return { id, text: payload.text, dueAt: time * 1000 };
}

export default {
  async fetch(request, env) {
    return (await routeAgentRequest(request, env)) ?? new Response("Not found", { status: 404 });
  },
} satisfies ExportedHandler<Env>;
