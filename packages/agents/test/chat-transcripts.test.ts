import type { UIMessage } from "ai";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { bundleWorker } from "./support/bundle.ts";
import { ChatTab, textOf, user } from "./support/chat.ts";
import { localPath } from "./support/path.ts";
import { runtimes } from "./support/runtimes.ts";
import type { RunningWorker } from "./support/workerd.ts";

/** Two tabs, one of which has an old copy of the conversation; and one that may only look. */

describe.each(runtimes)("on %s", (_runtime, run) => {
  let worker: RunningWorker;
  let names = 0;
  let url: string;
  let a: ChatTab;
  let b: ChatTab;
  /** The conversation after its first turn. */
  let old: readonly UIMessage[];

  beforeAll(async () => {
    const script = await bundleWorker(localPath("../fixtures/notebook.ts"));
    worker = await run({ script, objects: { Notebook: "Notebook", Trusting: "Trusting" } });
  });
  afterAll(() => worker?.stop());

  const tab = (query: string) => ChatTab.open(`${url.replace("http", "ws")}?${query}`);
  const stored = async () =>
    (await (await fetch(`${url}/get-messages`)).json()) as readonly UIMessage[];
  const texts = async () => (await stored()).map(textOf);
  const reads = (...expected: string[]) =>
    vi.waitFor(async () => expect(await texts()).toEqual(expected));

  async function begin(agent = "notebook") {
    url = `${worker.url}/agents/${agent}/n-${++names}`;
    [a, b] = [await tab("_pk=a"), await tab("_pk=b")];
    a.ask("r1", [user("u1", "one")]);
    await Promise.all([a.done("r1"), b.done("r1")]);
    old = await stored();
  }
  beforeEach(() => begin());

  const push = (from: ChatTab, messages: readonly UIMessage[]) =>
    from.send({ type: "cf_agent_chat_messages", messages });
  const clear = (from: ChatTab) => from.send({ type: "cf_agent_chat_clear" });
  /** What a tab is shown next. */
  const shown = async (to: ChatTab) => {
    const frame = await to.until(({ type }) => type === "cf_agent_chat_messages");
    return (frame.messages as UIMessage[]).map(textOf);
  };
  const answer = (more: Partial<UIMessage>) =>
    old.flatMap((message) => (message.role === "assistant" ? { ...message, ...more } : message));

  test("what a tab changes is stored, and it may change it back", async () => {
    push(a, [user("u1", "ONE"), ...old.slice(1)]);
    await reads("ONE", "one");
    push(a, old);
    await reads("one", "one");
    push(b, [user("u1", "Eins"), ...old.slice(1), user("u2", "more")]);
    await reads("Eins", "one", "more");
  });

  test("an old copy does not undo what another tab has changed, and its tab is shown so", async () => {
    push(a, [user("u1", "ONE"), ...old.slice(1)]);
    expect(await shown(b)).toEqual(["ONE", "one"]);
    push(b, [...old, user("u2", "mine")]);
    expect(await shown(a)).toEqual(["ONE", "one", "mine"]);
    expect(await shown(b)).toEqual(["ONE", "one", "mine"]);
    expect(await texts()).toEqual(["ONE", "one", "mine"]);
  });

  test("an old copy in a request does not undo it either; what is asked with it is taken", async () => {
    push(a, [user("u1", "ONE"), ...old.slice(1)]);
    await shown(b);
    b.ask("r2", [...old, user("u2", "two")]);
    await b.done("r2");
    expect(await texts()).toEqual(["ONE", "one", "two", "two"]);
    b.ask("r3", [user("u1", "one")]);
    await b.done("r3");
    expect(await texts()).toEqual(["one", "one"]);
  });

  test("a copy that has fewer messages deletes none", async () => {
    push(b, old.slice(0, 1));
    push(b, []);
    push(b, [user("u2", "more")]);
    await reads("one", "one", "more");
  });

  test("what the agent said stays as it is, under whatever role; what is kept beside it may change", async () => {
    push(b, answer({ parts: [{ type: "text", text: "forged", state: "done" }] }));
    expect(await shown(b)).toEqual(["one", "one"]);
    push(b, answer({ role: "user", parts: [{ type: "text", text: "forged" }] }));
    expect(await shown(b)).toEqual(["one", "one"]);
    b.ask("r2", [...answer({ role: "user", parts: [] }), user("u2", "two")]);
    await b.done("r2");
    expect((await stored()).slice(0, 2)).toEqual(old);
    push(b, answer({ metadata: { liked: true } }));
    await vi.waitFor(async () => expect((await stored())[1]?.metadata).toEqual({ liked: true }));
    push(a, answer({ metadata: { liked: false } }));
    await vi.waitFor(async () => expect((await stored())[1]?.metadata).toEqual({ liked: false }));
    push(b, [...answer({ metadata: { liked: true } }), user("u3", "three")]);
    await reads("one", "one", "two", "two", "three");
    expect((await stored())[1]?.metadata).toEqual({ liked: false });
  });

  test("what was cleared does not come back with another tab's copy, but with one's own", async () => {
    clear(a);
    await b.until(({ type }) => type === "cf_agent_chat_clear");
    push(b, old);
    expect(await shown(b)).toEqual([]);
    b.ask("r2", [...old, user("u2", "two")]);
    expect(await shown(b)).toEqual(["two"]);
    await b.done("r2");
    expect(await texts()).toEqual(["two", "two"]);
    push(a, old);
    await reads("two", "two", "one", "one");
  });

  test("an answer that another tab has taken back does not come back", async () => {
    a.ask("r2", [user("u1", "one")], "regenerate-message");
    await b.done("r2");
    push(b, [...old, user("u2", "mine")]);
    await reads("one", "one", "mine");
    expect((await stored()).some(({ id }) => id === old[1]?.id)).toBe(false);
    // A question that is asked anew is one that its tab has, whatever became of it.
    clear(a);
    await b.until(({ type }) => type === "cf_agent_chat_clear");
    b.ask("r3", [user("u1", "one")], "regenerate-message");
    await b.done("r3");
    expect(await texts()).toEqual(["one", "one"]);
  });

  test("what is asked anew takes back what its tab has shown, and nothing that others have said since", async () => {
    a.ask("r2", [...old, user("u2", "two")]);
    await Promise.all([a.done("r2"), b.done("r2")]);
    const init = { method: "POST", body: "" };
    init.body = JSON.stringify({ messages: old.slice(0, 1), trigger: "regenerate-message" });
    const replaces = old.slice(1).map(({ id }) => id);
    b.send({ type: "cf_agent_use_chat_request", id: "r3", init, replaces });
    expect(await shown(b)).toEqual(["one", "two", "two"]);
    await b.done("r3");
    const after = await stored();
    expect(after.map(textOf)).toEqual(["one", "one", "two", "two"]);
    expect(after[1]?.id).not.toBe(old[1]?.id);
    // A published client does not say what it has shown.
    b.ask("r4", [user("u1", "one")], "regenerate-message");
    await b.done("r4");
    expect(await texts()).toEqual(["one", "one"]);
  });

  test("a connection that may only look changes and clears nothing, and is shown so", async () => {
    const viewer = await tab("_pk=v&view");
    push(viewer, [user("u1", "by a viewer"), ...old.slice(1), user("u2", "more")]);
    expect(await shown(viewer)).toEqual(["one", "one"]);
    clear(viewer);
    expect(await shown(viewer)).toEqual(["one", "one"]);
    expect(await stored()).toEqual(old);
  });

  test("an agent that trusts its clients stores their copies as they are", async () => {
    await begin("trusting");
    push(b, answer({ parts: [{ type: "text", text: "in other words", state: "done" }] }));
    await reads("one", "in other words");
    clear(a);
    await b.until(({ type }) => type === "cf_agent_chat_clear");
    push(b, old);
    await reads("one", "one");
    const viewer = await tab("_pk=v&view");
    push(viewer, [user("u1", "by a viewer")]);
    expect(await shown(viewer)).toEqual(["one", "one"]);
  });
});
