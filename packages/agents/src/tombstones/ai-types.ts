import { movedEntry } from "./moved.ts";

throw movedEntry("@freehold/agents/ai-types", "@freehold/agents/chat");
