import type * as Published from "@cloudflare/ai-chat/react";
import type * as Ours from "@freehold/agents/chat/react";
import type * as OurTransport from "@freehold/agents/chat/transport";
import type * as PublishedTransport from "agents/chat/transport";
import { expectTypeOf, test } from "vitest";

test("the hook takes what the published one takes, and gives what it gives", () => {
  expectTypeOf<Published.UseAgentChatOptions>().toExtend<Ours.UseAgentChatOptions>();
  expectTypeOf<Ours.UseAgentChatOptions>().toExtend<Published.UseAgentChatOptions>();
  expectTypeOf<ReturnType<typeof Ours.useAgentChat>>().toExtend<
    ReturnType<typeof Published.useAgentChat>
  >();
  expectTypeOf<ReturnType<typeof Published.useAgentChat>>().toExtend<
    ReturnType<typeof Ours.useAgentChat>
  >();
});

test("the types beside it are the published ones", () => {
  expectTypeOf<Ours.ChatTurnEndEvent>().toEqualTypeOf<Published.ChatTurnEndEvent>();
  expectTypeOf<Ours.ChatTurnOutcome>().toEqualTypeOf<Published.ChatTurnOutcome>();
  expectTypeOf<Ours.ClientToolSchema>().toEqualTypeOf<Published.ClientToolSchema>();
  expectTypeOf<Ours.AITool>().toEqualTypeOf<Published.AITool>();
  expectTypeOf<Ours.OnToolCallCallback>().toEqualTypeOf<Published.OnToolCallCallback>();
  expectTypeOf<Ours.JSONSchemaType>().toEqualTypeOf<Published.JSONSchemaType>();
  expectTypeOf<Ours.PrepareSendMessagesRequestResult>().toExtend<Published.PrepareSendMessagesRequestResult>();
  expectTypeOf<typeof Ours.getToolPartState>().toEqualTypeOf<typeof Published.getToolPartState>();
  expectTypeOf<typeof Ours.getAgentMessages>().toExtend<typeof Published.getAgentMessages>();
  expectTypeOf<typeof Ours.extractClientToolSchemas>().toEqualTypeOf<
    typeof Published.extractClientToolSchemas
  >();
});

test("the transport has the published one's members", () => {
  type Transport<T> = { [Key in keyof T]: T[Key] };
  expectTypeOf<Transport<OurTransport.WebSocketChatTransport>>().toExtend<
    Pick<
      Transport<PublishedTransport.WebSocketChatTransport>,
      Exclude<keyof PublishedTransport.WebSocketChatTransport, "appliedChunks">
    >
  >();
  expectTypeOf<OurTransport.AgentConnection>().toExtend<PublishedTransport.AgentConnection>();
  expectTypeOf<PublishedTransport.AgentConnection>().toExtend<OurTransport.AgentConnection>();
  expectTypeOf<PublishedTransport.WebSocketChatTransportOptions>().toExtend<OurTransport.WebSocketChatTransportOptions>();
});
