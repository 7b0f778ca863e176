import { movedEntry } from "./moved.ts";

throw movedEntry("@freehold/agents/ai-chat-agent", "@freehold/agents/chat");
