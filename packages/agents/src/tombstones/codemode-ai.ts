import { movedEntry } from "./moved.ts";

throw movedEntry("@freehold/agents/codemode/ai", "@cloudflare/codemode/ai");
