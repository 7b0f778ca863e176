import { AIChatAgent } from "@freehold/agents/chat";
import { convertToModelMessages, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { model } from "../model.ts";

/** Above this a person is asked. */
const LIMIT = 100;

/** A tool that asks a person first, if it is about much. */
export class ApprovalChat extends AIChatAgent {
  override async onChatMessage() {
    const result = streamText({
      model: model(),
      messages: await convertToModelMessages(this.messages),
      tools: {
        pay: tool({
          description: "Pays an amount in euros",
          inputSchema: z.object({ amount: z.number() }),
          needsApproval: async ({ amount }) => amount > LIMIT,
          execute: async ({ amount }) => `${amount} euros are paid`,
        }),
      },
      stopWhen: stepCountIs(5),
    });
    return result.toUIMessageStreamResponse();
  }
}
