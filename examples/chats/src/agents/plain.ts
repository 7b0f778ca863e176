import { AIChatAgent } from "@freehold/agents/chat";
import { convertToModelMessages, streamText } from "ai";
import { model } from "../model.ts";

/** The least that a chat needs: the conversation goes to a model, its answer to everyone. */
export class PlainChat extends AIChatAgent {
  override async onChatMessage() {
    const result = streamText({
      model: model(),
      messages: await convertToModelMessages(this.messages),
    });
    return result.toUIMessageStreamResponse();
  }
}
