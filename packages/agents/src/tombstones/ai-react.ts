import { movedEntry } from "./moved.ts";

throw movedEntry("@freehold/agents/ai-react", "@freehold/agents/chat/react");
