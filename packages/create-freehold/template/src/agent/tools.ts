import { type ToolSet, tool } from "ai";
import { z } from "zod";
import { type AgentState, type ChatAgentApi, limits, type Reminder, tones } from "../protocol.ts";

/** What the tools need of the agent. */
interface ToolOwner extends ChatAgentApi {
  setState(state: AgentState): void;
  reminders(): Promise<Reminder[]>;
}

/** What a model can do besides talking; the built-in rules use the same tools. */
export function agentTools(agent: ToolOwner): ToolSet {
  return {
    setReminder: tool({
      description: "Remind the person of something after a number of seconds.",
      inputSchema: z.object({
        seconds: z.number().int().min(1).max(limits.reminderSeconds),
        text: z.string().min(1).max(limits.reminder).describe("What to remind of, as a phrase"),
      }),
      execute: ({ seconds, text }) => agent.setReminder(seconds, text),
    }),
    listReminders: tool({
      description: "List the reminders that are waiting.",
      inputSchema: z.object({}),
      execute: () => agent.reminders(),
    }),
    cancelReminder: tool({
      description: "Cancel a reminder by its id.",
      inputSchema: z.object({ id: z.string() }),
      execute: async ({ id }) => ({ cancelled: await agent.cancelReminder(id) }),
    }),
    changeProfile: tool({
      description: "Change your own name or tone of voice.",
      inputSchema: z.object({
        name: z.string().min(1).max(limits.name).optional(),
        tone: z.enum(tones).optional(),
      }),
      execute: ({ name, tone }) => {
        const { state } = agent;
        agent.setState({ ...state, name: name ?? state.name, tone: tone ?? state.tone });
        return agent.state;
      },
    }),
    addNote: tool({
      description: "Add a line to your notes.",
      inputSchema: z.object({ note: z.string().min(1).max(400) }),
      execute: ({ note }) => {
        const notes = [agent.state.notes.trimEnd(), note].filter(Boolean).join("\n");
        if (notes.length > limits.notes) throw new Error("The notes are full.");
        agent.setState({ ...agent.state, notes });
        return { notes };
      },
    }),
  };
}
