import { AIChatAgent } from "@freehold/agents/chat";
import { convertToModelMessages, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { model } from "../model.ts";

/** A tool that runs here, and one that runs in the page. */
export class ToolChat extends AIChatAgent {
  override async onChatMessage() {
    const result = streamText({
      model: model(),
      messages: await convertToModelMessages(this.messages),
      tools: {
        weather: tool({
          description: "The weather in a city",
          inputSchema: z.object({ city: z.string() }),
          execute: async ({ city }) => `22 degrees and sunny in ${city}`,
        }),
        // Without `execute` the page answers, in `onToolCall`.
        timeZone: tool({
          description: "The time zone of the person",
          inputSchema: z.object({}),
        }),
      },
      stopWhen: stepCountIs(5),
    });
    return result.toUIMessageStreamResponse();
  }
}
