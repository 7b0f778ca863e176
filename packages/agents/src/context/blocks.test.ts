import { expect, test, vi } from "vitest";
import { memorySql } from "../../test/support/fakes.ts";
import { templateQuery } from "../storage/sql.ts";
import { ContextBlocks } from "./blocks.ts";
import { AgentContextProvider, AgentSearchProvider, type SqlProvider } from "./providers.ts";

/** A provider of a text in memory; `calls` has what was asked of it. */
function text(content: string | null) {
  const provider = {
    content,
    calls: [] as string[],
    init: (label: string) => void provider.calls.push(`init ${label}`),
    get: async () => {
      provider.calls.push("get");
      return provider.content;
    },
    set: async (next: string) => {
      provider.calls.push("set");
      provider.content = next;
    },
  };
  return provider;
}

const readonly = (content: string | null) => ({ get: async () => content });

function agent(): SqlProvider & { statements: string[] } {
  const { sql, statements } = memorySql();
  return { statements, sql: (strings, ...values) => sql(templateQuery(strings), ...values) };
}

const LINE = "═".repeat(46);

test("a prompt has a section a block, and stays as it is until it is refreshed", async () => {
  const memory = text("fact");
  const context = new ContextBlocks([
    { label: "soul", provider: readonly("Be kind.") },
    { label: "memory", description: "Facts", maxTokens: 10, provider: memory },
    { label: "empty", provider: readonly(null) },
    { label: "notes", provider: text(null) },
    { label: "books", provider: { ...readonly("2 books"), search: async () => null } },
  ]);
  expect([context.getBlock("soul"), context.getBlocks()]).toEqual([null, []]);
  const prompt = await context.freezeSystemPrompt();
  expect(prompt).toBe(
    [
      `${LINE}\nSOUL [readonly]\n${LINE}\nBe kind.`,
      `${LINE}\nMEMORY (Facts) [20% — 2/10 tokens] [writable]\n${LINE}\nfact`,
      `${LINE}\nNOTES [writable]\n${LINE}\n`,
      `${LINE}\nBOOKS [searchable]\n${LINE}\n2 books`,
    ].join("\n\n"),
  );
  await context.setBlock("memory", "new");
  expect((await context.appendToBlock("memory", "line")).content).toBe("new\nline");
  expect(await context.freezeSystemPrompt()).toBe(prompt);
  expect(await context.refreshSystemPrompt()).toContain("[30% — 3/10 tokens] [writable]");
  expect(memory.calls).toEqual(["init memory", "get", "set", "set", "get"]);
});

test.each<[string, (context: ContextBlocks) => Promise<unknown>, string]>([
  ["a block to be read", (context) => context.setBlock("soul", "x"), 'Block "soul" is readonly'],
  ["no block", (context) => context.appendToBlock("none", "x"), 'Block "none" not found'],
  ["too much", (context) => context.setBlock("memory", "a b c"), "exceeds maxTokens: 4 > 2"],
  ["a block of entries", (context) => context.setBlock("books", "x"), "keyed provider"],
  ["a block twice", (context) => context.addBlock({ label: "soul" }), "already exists"],
])("%s cannot be written", async (_name, act, message) => {
  const memory = text("kept");
  const books = { ...readonly(null), search: async () => null, set: async () => undefined };
  const context = new ContextBlocks([
    { label: "soul", provider: readonly("x") },
    { label: "memory", maxTokens: 2, provider: memory },
    { label: "books", provider: books },
  ]);
  await expect(act(context)).rejects.toMatchObject({
    code: expect.stringMatching(/^context_block_/),
    message: expect.stringContaining(message),
  });
  expect([memory.content, context.getBlock("memory")?.content]).toEqual(["kept", "kept"]);
});

test("a write that its provider refuses changes nothing, and a provider that fails says so", async () => {
  const set = vi.fn().mockRejectedValue(new Error("disk full"));
  const context = new ContextBlocks([{ label: "a", provider: { ...readonly("old"), set } }]);
  await expect(context.setBlock("a", "new")).rejects.toThrow("disk full");
  expect(context.getBlock("a")?.content).toBe("old");
  const get = vi.fn().mockRejectedValueOnce(new Error("away")).mockResolvedValue("back");
  const failing = new ContextBlocks([{ label: "a", provider: { get } }]);
  await expect(failing.freezeSystemPrompt()).rejects.toThrow("away");
  expect(await failing.freezeSystemPrompt()).toContain("back");
  const number = new ContextBlocks([{ label: "a", provider: readonly(5 as never) }]);
  await expect(number.load()).rejects.toMatchObject({ code: "invalid_context" });
});

test("lines that are added at once are all there, in order, whatever failed among them", async () => {
  const memory = text("a");
  const context = new ContextBlocks([{ label: "memory", maxTokens: 10, provider: memory }]);
  const added = ["b", "x".repeat(400), "c"].map((line) => context.appendToBlock("memory", line));
  const ends = (await Promise.allSettled(added)).map(({ status }) => status);
  expect([ends, memory.content]).toEqual([["fulfilled", "rejected", "fulfilled"], "a\nb\nc"]);
});

test("blocks come and go, with the providers that the host offers", async () => {
  const made: string[] = [];
  const offer = (label: string) => {
    made.push(label);
    return text(`from ${label}`);
  };
  const context = new ContextBlocks([{ label: "a" }], undefined, offer);
  await Promise.all([context.load(), context.freezeSystemPrompt(), context.tools()]);
  expect((await context.addBlock({ label: "b" })).content).toBe("from b");
  expect([context.removeBlock("a"), context.removeBlock("a")]).toEqual([true, false]);
  expect([made, context.getBlocks().map(({ label }) => label)]).toEqual([["a", "b"], ["b"]]);
  const nothing = new ContextBlocks([{ label: "a" }]);
  expect([await nothing.freezeSystemPrompt(), await nothing.tools()]).toEqual(["", {}]);
});

test("a stored prompt outlives the object, and is read instead of the blocks", async () => {
  const database = agent();
  const memory = text("one");
  const live = () =>
    new ContextBlocks(
      [{ label: "m", provider: memory }],
      new AgentContextProvider(database, "_system_prompt"),
    );
  const prompt = await live().freezeSystemPrompt();
  memory.content = "two";
  const later = live();
  expect([await later.freezeSystemPrompt(), memory.calls.length]).toEqual([prompt, 2]);
  const fresh = await later.refreshSystemPrompt();
  expect([fresh, await live().freezeSystemPrompt()]).toEqual([
    prompt.replace("one", "two"),
    prompt.replace("one", "two"),
  ]);
});

test("reminders give what has changed behind the frozen prompt, until it is refreshed", async () => {
  const day = text("Monday");
  const store = text(null);
  const live = () =>
    new ContextBlocks(
      [
        { label: "day", provider: { get: day.get }, whenChanged: "remind" },
        { label: "quiet", provider: day },
        { label: "empty", provider: readonly(null), whenChanged: "remind" },
      ],
      store,
    );
  const context = live();
  expect(await context.reminder()).toBeNull();
  expect(await context.freezeSystemPrompt()).toContain("EMPTY [readonly]");
  expect(await context.reminder()).toBeNull();
  // The beginning of what stands in the prompt is something else.
  for (const content of ["Tuesday", "Mon", ""]) {
    day.content = content;
    const reminder = await live().reminder();
    expect(reminder).toMatch(/^These context blocks changed/);
    expect(reminder?.endsWith(`${LINE}\nDAY [readonly]\n${LINE}\n${content}`)).toBe(true);
  }
  await context.refreshSystemPrompt();
  expect(await live().reminder()).toBeNull();
});

test("a model writes and searches with tools, and is told of failures as text", async () => {
  const entries = new Map<string, string>();
  const books = {
    get: async () => `${entries.size} books`,
    search: async (query: string) => entries.get(query) ?? null,
    set: async (key: string, content: string) => void entries.set(key, content),
  };
  const context = new ContextBlocks([
    { label: "soul", provider: readonly("x") },
    { label: "memory", maxTokens: 10, provider: text("a") },
    { label: "books", description: "Read", provider: books },
  ]);
  const tools = await context.tools();
  const call = async (name: string, input: unknown) => {
    const { execute } = tools[name] as unknown as { execute(input: unknown): Promise<string> };
    return execute(input);
  };
  expect(tools.set_context?.description).toContain(
    '- "memory" (writable): no description\n- "books" (searchable, keyed entries): Read',
  );
  expect(await call("set_context", { label: "memory", content: "b", action: "append" })).toBe(
    "Written to memory. Usage: 30% (3/10 tokens)",
  );
  expect(await call("set_context", { label: "memory", content: "w ".repeat(20) })).toMatch(
    /^Error: Block "memory" exceeds maxTokens/,
  );
  const titled = { label: "books", content: "Sea", metadata: { title: "Moby Dick!" } };
  expect(await call("set_context", titled)).toBe('Indexed "moby-dick" in books.');
  expect(await call("set_context", { label: "books", content: "é" })).toBe(
    'Indexed "entry-tz86ys" in books.',
  );
  expect(context.getBlock("books")?.content).toBe("2 books");
  expect(await call("set_context", { label: "soul", content: "x" })).toBe(
    'Error: Block "soul" is readonly',
  );
  expect(await call("search_context", { label: "books", query: "moby-dick" })).toBe("Sea");
  expect(await call("search_context", { label: "books", query: "x" })).toBe("No results found.");
  expect(await call("search_context", { label: "memory", query: "x" })).toBe(
    'Error: "memory" is not searchable. Searchable blocks: books',
  );
});

test("an agent's own database holds texts and entries, by label", async () => {
  const database = agent();
  const provider = new AgentContextProvider(database);
  provider.init("memory");
  expect([await provider.get(), await provider.set("one"), await provider.set("two")]).toEqual([
    null,
    undefined,
    undefined,
  ]);
  expect(await new AgentContextProvider(database, "memory").get()).toBe("two");
  const entries = new AgentSearchProvider(database);
  entries.init("kb");
  expect([await entries.get(), await entries.search("fox")]).toEqual([null, null]);
  await entries.set("a", "quick fox");
  await entries.set("b", "lazy dog");
  await entries.set("a", "quick fox again");
  expect(await entries.get()).toBe("2 entries indexed.");
  expect(await entries.search("again quick")).toBe("[a]\nquick fox again");
  for (const query of ["", '"', "(", "quick AND", "cat"]) {
    expect(await entries.search(query)).toBeNull();
  }
  const others = new AgentSearchProvider(database);
  others.init("other");
  expect(await others.search("quick")).toBeNull();
  await expect(provider.set(null as never)).rejects.toMatchObject({ code: "invalid_context" });
});
