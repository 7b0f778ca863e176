import { expect, test } from "vitest";
import { agentContext, contextOf } from "../context.ts";
import { agentTool } from "./agent-tool.ts";
import type { RunAgentToolOptions, RunAgentToolResult } from "./types.ts";

class Researcher {}

/** The tool's answer to a run that ends so, and what it asked for. */
async function use(result: Partial<RunAgentToolResult>, options: object = {}) {
  const asked: RunAgentToolOptions[] = [];
  const agent = {
    async runAgentTool(_cls: unknown, wanted: RunAgentToolOptions) {
      asked.push(wanted);
      return { runId: "r", agentType: "Researcher", status: "completed", ...result };
    },
  };
  const inputSchema = { jsonSchema: {} };
  const tool = agentTool(Researcher as never, {
    ...{ description: "Researches", inputSchema: inputSchema as never, ...options },
  });
  const execute = tool.execute as (input: unknown, call: object) => Promise<unknown>;
  const answer = await agentContext.run(contextOf(agent), () =>
    execute({ query: "q" }, { toolCallId: "call" }),
  );
  return { answer, asked };
}

test("a tool's run is told by the call, so that the same call joins it", async () => {
  const { answer, asked } = await use(
    { summary: "found" },
    { displayName: "Research", icon: "loupe" },
  );
  expect(answer).toBe("found");
  expect(asked).toEqual([
    {
      ...{ input: { query: "q" }, runId: "agent-tool:call", parentToolCallId: "call" },
      display: { name: "Research", icon: "loupe" },
    },
  ]);
});

test("with a schema the output is what counts, and it must fit", async () => {
  const outputSchema = {
    parse(value: unknown) {
      if (typeof value !== "number") throw new Error("not a number");
      return value + 1;
    },
  };
  expect((await use({ output: 1 }, { outputSchema })).answer).toBe(2);
  const failure = { ok: false, status: "error", retryable: false };
  expect((await use({ output: "x" }, { outputSchema })).answer).toEqual({
    ...failure,
    error: "not a number",
  });
  expect((await use({ summary: "s" }, { outputSchema })).answer).toEqual({
    ...failure,
    error: "agent tool completed without structured output required by outputSchema",
  });
});

test.each([
  [{ status: "error", error: "e" }, { retryable: false }],
  [{ status: "aborted", error: "e" }, { retryable: false }],
  [
    { status: "interrupted", error: "e", reason: "no-progress", childStillRunning: true },
    { retryable: true, reason: "no-progress", childStillRunning: true },
  ],
] as const)(
  "a run that ends like %j is a failure that says whether to try again",
  async (end, more) => {
    const { answer } = await use(end);
    expect(answer).toEqual({ ok: false, status: end.status, error: "e", ...more });
  },
);

test("outside of an agent there is nobody to have it run", async () => {
  const tool = agentTool(Researcher as never, { description: "x", inputSchema: {} as never });
  const execute = tool.execute as (input: unknown, call: object) => Promise<unknown>;
  await expect(execute({}, { toolCallId: "c" })).rejects.toThrow("inside an Agent turn");
});
