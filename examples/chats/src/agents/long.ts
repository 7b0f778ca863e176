import { AIChatAgent, type OnChatMessageOptions } from "@freehold/agents/chat";
import { convertToModelMessages, streamText } from "ai";
import { model } from "../model.ts";

/**
 * Answers that take long enough to reload the page in the middle, lose the connection, or stop them. Taking
 * them up again needs nothing here.
 */
export class LongChat extends AIChatAgent {
  override async onChatMessage(_onFinish: unknown, options?: OnChatMessageOptions) {
    const result = streamText({
      model: model(),
      messages: await convertToModelMessages(this.messages),
      ...(options?.abortSignal ? { abortSignal: options.abortSignal } : {}),
    });
    return result.toUIMessageStreamResponse();
  }
}
