import { movedEntry } from "./moved.ts";

throw movedEntry("@freehold/agents/ai-chat-v5-migration", "@freehold/agents/chat");
