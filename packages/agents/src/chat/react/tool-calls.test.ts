import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { message } from "../testing/chat-host.ts";
import { pendingCalls, ToolCalls } from "./tool-calls.ts";

const call = { toolCallId: "c1", toolName: "where", input: {} };

/** A tab with its calls. */
function newTab() {
  const sent: string[] = [];
  const ran: string[] = [];
  const calls = new ToolCalls(
    (data) => sent.push(data),
    ({ toolCallId }) => ran.push(toolCallId),
  );
  const word = (granted: boolean, toolCallId = "c1") =>
    calls.hear({ type: "cf_agent_tool_claim", toolCallId, granted });
  return { calls, sent, ran, word };
}

const CLAIM = '{"type":"cf_agent_tool_claim","toolCallId":"c1"}';

describe("calls of the page's tools", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("run at the server's word, at once for the tab that asked, later for others", () => {
    const [asker, other] = [newTab(), newTab()];
    asker.calls.consider([call], true);
    other.calls.consider([call], false);
    vi.advanceTimersByTime(0);
    expect([asker.sent, other.sent]).toEqual([[CLAIM], []]);
    asker.word(true);
    vi.advanceTimersByTime(400);
    expect(other.sent).toEqual([CLAIM]);
    other.word(false);
    vi.advanceTimersByTime(10_000);
    expect([asker.ran, other.ran]).toEqual([["c1"], []]);
    // The first tab is gone: the server gives its call to the next.
    other.word(true);
    other.word(true);
    expect(other.ran).toEqual(["c1"]);
  });

  it("run by themselves where the server does not answer, and ask it no more", () => {
    const { calls, sent, ran } = newTab();
    calls.consider([call], true);
    vi.advanceTimersByTime(299);
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual(["c1"]);
    calls.consider([call, { ...call, toolCallId: "c2" }], true);
    vi.advanceTimersByTime(0);
    expect([sent.length, ran]).toEqual([1, ["c1", "c2"]]);
  });

  it("do not run when they are answered elsewhere, and run again only as other calls", () => {
    const { calls, ran, word } = newTab();
    calls.consider([call], true);
    vi.advanceTimersByTime(0);
    calls.consider([], true);
    word(true);
    vi.advanceTimersByTime(1_000);
    expect(ran).toEqual([]);
  });

  it("are claimed anew over another connection, unless they run", () => {
    const { calls, sent, ran, word } = newTab();
    calls.consider([call], true);
    vi.advanceTimersByTime(0);
    calls.reopened();
    expect(sent).toEqual([CLAIM, CLAIM]);
    word(true);
    calls.reopened();
    expect([sent.length, ran]).toEqual([2, ["c1"]]);
    calls.close();
  });
});

it("are those of the last answer that wait for an output", () => {
  const part = { type: "tool-where", toolCallId: "c1", state: "input-available", input: {} };
  const answer = {
    ...message("a", ""),
    role: "assistant" as const,
    parts: [
      part,
      { ...part, toolCallId: "c2", state: "output-available" },
      { ...part, toolCallId: "c3", state: "approval-requested" },
      { ...part, toolCallId: "c4", providerExecuted: true },
      { ...part, type: "dynamic-tool", toolName: "when", toolCallId: "c5" },
    ] as never,
  };
  expect(pendingCalls([answer]).map(({ toolCallId, toolName }) => [toolCallId, toolName])).toEqual([
    ["c1", "where"],
    ["c5", "when"],
  ]);
  expect(pendingCalls([answer, message("u", "more")])).toEqual([]);
});
