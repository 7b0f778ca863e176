/** A call of a tool that the page has to answer, because it has no `execute` on the server. */
interface ToolCall {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
}

/** What only a browser can answer, by the name of the tool in `src/agent/tools.ts`. */
const TOOLS: Readonly<Record<string, (input: unknown) => unknown>> = {
  getUserTimezone: () => ({
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    localTime: new Date().toLocaleString(undefined, { dateStyle: "full", timeStyle: "short" }),
  }),
};

interface ToolCallOptions {
  readonly toolCall: ToolCall;
  addToolOutput(output: { toolCallId: string; output: unknown }): void;
}

/** Runs a tool in the page; the answer goes on by itself with what it gives. */
export function answerTool({ toolCall, addToolOutput }: ToolCallOptions): void {
  const { toolCallId, toolName, input } = toolCall;
  const run = TOOLS[toolName];
  if (!run) return;
  try {
    addToolOutput({ toolCallId, output: run(input) });
  } catch (error) {
    // As an output, not an error, so that the model can say what happened.
    addToolOutput({ toolCallId, output: { error: String(error) } });
  }
}
