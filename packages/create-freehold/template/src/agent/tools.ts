import { scheduleSchema } from "@freehold/agents/schedule";
import { type ToolSet, tool } from "ai";
import { z } from "zod";
import type { ChatState, Task } from "../protocol.ts";
import { weatherIn } from "./weather.ts";

/** A task and its time, as a model puts them. */
export type Wish = z.infer<typeof scheduleSchema>;

/** What the tools need of the agent. */
interface ToolOwner {
  readonly state: ChatState;
  scheduleTask(wish: Wish): Promise<Task>;
  cancelTask(id: string): Promise<boolean>;
}

/** Numbers above this are computed only after the person has agreed. */
const LARGE = 1000;

/** What a model can do besides talking; the offline model uses the same tools. */
export function agentTools(agent: ToolOwner): ToolSet {
  return {
    // Runs on the server.
    getWeather: tool({
      description: "The weather in a city. The figures are made up, for the sake of the example.",
      inputSchema: z.object({ city: z.string().min(1).max(100) }),
      execute: async ({ city }) => weatherIn(city),
    }),

    // Has no `execute`: the page answers it, in `src/page/client-tools.ts`.
    getUserTimezone: tool({
      description: "The time zone and the local time of the person's browser.",
      inputSchema: z.object({}),
    }),

    // Waits until the person has agreed, when it is about large numbers.
    calculate: tool({
      description: "Computes with two numbers. Large numbers need the person's approval.",
      inputSchema: z.object({
        a: z.number(),
        b: z.number(),
        operator: z.enum(["+", "-", "*", "/", "%"]),
      }),
      needsApproval: async ({ a, b }) => Math.abs(a) > LARGE || Math.abs(b) > LARGE,
      execute: async ({ a, b, operator }) => ({
        expression: `${a} ${operator} ${b}`,
        result: compute(a, operator, b),
      }),
    }),

    scheduleTask: tool({
      description: "Says something to the person later: at a moment, after a time, or repeatedly.",
      inputSchema: scheduleSchema,
      execute: (wish) => agent.scheduleTask(wish),
    }),
    getScheduledTasks: tool({
      description: "The tasks that wait for their time.",
      inputSchema: z.object({}),
      execute: async () => agent.state.tasks,
    }),
    cancelScheduledTask: tool({
      description: "Cancels a task by its id.",
      inputSchema: z.object({ taskId: z.string() }),
      execute: async ({ taskId }) => ({ cancelled: await agent.cancelTask(taskId) }),
    }),
  };
}

function compute(a: number, operator: string, b: number): number {
  if (b === 0 && (operator === "/" || operator === "%")) throw new Error("Division by zero.");
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    default:
      return a % b;
  }
}
