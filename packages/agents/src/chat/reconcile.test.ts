import type { UIMessage } from "ai";
import { describe, expect, it } from "vitest";
import { reconcileMessages } from "./reconcile.ts";
import { sanitizeMessage } from "./sanitize.ts";
import { message } from "./testing/chat-host.ts";

type Part = UIMessage["parts"][number];

function assistant(id: string, ...parts: object[]): UIMessage {
  return { id, role: "assistant", parts: parts as Part[] };
}

const tool = (toolCallId: string, state: string, more: object = {}) => ({
  type: "tool-look",
  toolCallId,
  state,
  input: {},
  ...more,
});

describe("reconcileMessages", () => {
  it("lets the server's result of a tool win over a stale copy, and keeps a newer one", () => {
    const settled = tool("c", "output-available", { output: 1 });
    const known = [assistant("a", settled)];
    expect(reconcileMessages([assistant("a", tool("c", "input-available"))], known)).toEqual(known);
    const newer = assistant("b", tool("d", "output-available", { output: 2 }));
    expect(reconcileMessages([newer], [assistant("b", tool("d", "input-available"))])).toEqual([
      newer,
    ]);
  });

  it("gives an answer the server's id, by its tool call or by its content", () => {
    const known = [assistant("s1", tool("c", "input-available")), message("s2", "hi", "assistant")];
    const incoming = [
      assistant("x", tool("c", "input-available")),
      message("y", "hi", "assistant"),
    ];
    expect(reconcileMessages(incoming, known).map(({ id }) => id)).toEqual(["s1", "s2"]);
  });

  it("gives an id to one message only, and never to a user's", () => {
    const known = [message("s1", "hi", "assistant"), message("s2", "hi", "assistant")];
    const incoming = ["x", "s2", "y"].map((id) => message(id, "hi", "assistant"));
    expect(reconcileMessages(incoming, known).map(({ id }) => id)).toEqual(["s1", "s2", "y"]);
    const user = message("u", "hi");
    expect(reconcileMessages([user], known)).toEqual([user]);
  });
});

describe("sanitizeMessage", () => {
  it("takes out OpenAI's ids and nothing of others", () => {
    const openai = { itemId: "i", reasoningEncryptedContent: "e" };
    const anthropic = { signature: "opaque" };
    const before = assistant(
      "a",
      { type: "text", text: "x", providerMetadata: { openai } },
      { type: "text", text: "y", providerMetadata: { openai: { ...openai, kept: 1 }, anthropic } },
      { type: "reasoning", text: " ", providerMetadata: { openai } },
      { type: "reasoning", text: "", providerMetadata: { anthropic } },
    );
    expect(sanitizeMessage(before).parts).toEqual([
      { type: "text", text: "x" },
      { type: "text", text: "y", providerMetadata: { openai: { kept: 1 }, anthropic } },
      { type: "reasoning", text: "", providerMetadata: { anthropic } },
    ]);
  });

  it("shortens long texts of tools the provider ran, but not what the model needs verbatim", () => {
    const long = "x".repeat(600);
    const ran = (name: string) => ({
      type: `tool-${name}`,
      providerExecuted: true,
      toolCallId: name,
      state: "output-available",
      input: { code: long },
      output: [{ text: long, encryptedContent: long }],
    });
    const [shortened, verbatim] = sanitizeMessage(
      assistant("a", ran("code"), ran("web_search")),
    ).parts;
    const note = "… [truncated, original length: 600]";
    const cut = long.slice(0, 500 - note.length) + note;
    expect(shortened).toMatchObject({
      input: { code: cut },
      output: [{ text: cut, encryptedContent: long }],
    });
    expect(verbatim).toEqual(ran("web_search"));
  });

  it("gives back the same message when there is nothing to take out", () => {
    const same = assistant("a", { type: "text", text: "x" }, tool("c", "input-available"));
    expect(sanitizeMessage(same)).toBe(same);
  });

  it("keeps answers as they are known, and takes results of open calls", () => {
    const known = [
      assistant("a1", { type: "text", text: "all of it" }, tool("c", "input-available")),
      assistant(
        "a2",
        tool("d", "approval-requested"),
        tool("e", "output-available", { output: 1 }),
      ),
    ];
    const stale = [
      assistant("a1", { type: "text", text: "all" }, tool("c", "output-available", { output: 7 })),
      assistant("a2", tool("d", "approval-responded"), tool("e", "output-error")),
      assistant("a3", { type: "text", text: "new" }),
    ];
    expect(reconcileMessages(stale, known, { keepsAnswers: true })).toEqual([
      assistant(
        "a1",
        { type: "text", text: "all of it" },
        tool("c", "output-available", { output: 7 }),
      ),
      assistant(
        "a2",
        tool("d", "approval-responded"),
        tool("e", "output-available", { output: 1 }),
      ),
      stale[2],
    ]);
    const [unchanged] = reconcileMessages([stale[0]!], [known[0]!], { keepsAnswers: true });
    expect(unchanged).not.toBe(known[0]);
    expect(reconcileMessages([assistant("a1")], known, { keepsAnswers: true })[0]).toBe(known[0]);
  });
});
