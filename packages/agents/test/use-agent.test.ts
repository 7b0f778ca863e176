import "../src/react/testing/dom.ts";
import { useAgent } from "@freehold/agents/react";
import { act, cleanup, configure, renderHook, waitFor } from "@testing-library/react";
import { StrictMode } from "react";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { bundleWorker, type Sdk } from "./support/bundle.ts";
import { localPath } from "./support/path.ts";
import { runtimes } from "./support/runtimes.ts";
import { type RunningWorker, runOnWorkerd } from "./support/workerd.ts";

type State = { count: number; note?: string };
type Options = Partial<Parameters<typeof useAgent<State>>[0]>;

configure({ asyncUtilTimeout: 20_000 });

const both: readonly Sdk[] = ["agents", "@freehold/agents"];
const combinations = both.flatMap((sdk) => runtimes.map(([name, run]) => ({ sdk, name, run })));

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

/** Mounts the hook in strict mode: all effects run twice. */
function mount(host: string, agent: string, first: Options) {
  return renderHook(
    (props: Options) => useAgent<State>({ host, agent, minReconnectionDelay: 5, ...props }),
    { initialProps: first, wrapper: StrictMode },
  );
}

type Hook = ReturnType<typeof mount>;

async function ready({ result }: Hook) {
  await act(async () => result.current.ready);
  return result.current;
}

describe.each(combinations)("useAgent with an agent of $sdk on $name", ({ sdk, run }) => {
  let worker: RunningWorker;

  beforeAll(async () => {
    const script = await bundleWorker(localPath("../fixtures/workshop.ts"), sdk);
    worker = await run({ script, objects: { Workshop: "Workshop", Stubborn: "Stubborn" } });
  });

  afterAll(() => worker?.stop());

  test("renders identity and state, its own and another's", async () => {
    const mine = mount(worker.host, "Workshop", { name: "shared" });
    const yours = mount(worker.host, "Workshop", { name: "shared" });
    expect(mine.result.current).toMatchObject({ identified: false, state: undefined });
    await ready(mine);
    await ready(yours);
    expect(mine.result.current).toMatchObject({
      identified: true,
      agent: "workshop",
      name: "shared",
      state: { count: 0 },
    });
    act(() => yours.result.current.setState({ count: 4 }));
    await waitFor(() => expect(mine.result.current.state).toEqual({ count: 4 }));
    expect(await act(() => mine.result.current.stub.add?.(1))).toBe(5);
    await waitFor(() => expect(yours.result.current.state).toEqual({ count: 5 }));
  });

  test("calls and streams", async () => {
    const hook = mount(worker.host, "Workshop", { name: "calls" });
    const early = hook.result.current.call("add", [2]);
    expect(await act(() => early)).toBe(2);
    await expect(hook.result.current.call("nope")).rejects.toThrow("Method nope does not exist");
    const chunks: unknown[] = [];
    const onChunk = (chunk: unknown) => chunks.push(chunk);
    expect(await hook.result.current.call("countTo", [3], { onChunk })).toBe("counted to 3");
    expect(chunks).toEqual([1, 2, 3]);
  });

  test("moves to another instance, and back to its state", async () => {
    const hook = mount(worker.host, "Workshop", { name: "one" });
    await ready(hook);
    await act(() => hook.result.current.call("add", [1]));
    await waitFor(() => expect(hook.result.current.state).toEqual({ count: 1 }));
    hook.rerender({ name: "two" });
    expect(hook.result.current).toMatchObject({ name: "two", state: undefined });
    expect((await ready(hook)).state).toEqual({ count: 0 });
    hook.rerender({ name: "one" });
    expect((await ready(hook)).state).toEqual({ count: 1 });
  });

  test("shows the state again after a time without connection", async () => {
    const hook = mount(worker.host, "Workshop", { name: "away" });
    await ready(hook);
    hook.rerender({ name: "away", enabled: false });
    await waitFor(() => expect(hook.result.current.identified).toBe(false));
    const other = mount(worker.host, "Workshop", { name: "away" });
    await ready(other);
    await act(() => other.result.current.call("add", [7]));
    expect(hook.result.current.state).toEqual({ count: 0 });
    hook.rerender({ name: "away", enabled: true });
    expect((await ready(hook)).state).toEqual({ count: 7 });
  });

  test("takes the changes of the state as patches where the server makes them", async () => {
    const hook = mount(worker.host, "Workshop", { name: "patches", stateSync: "patch" });
    const other = mount(worker.host, "Workshop", { name: "patches" });
    await ready(hook);
    await ready(other);
    act(() => other.result.current.setState({ count: 1, note: "a long note ".repeat(20) }));
    await waitFor(() => expect(hook.result.current.state?.count).toBe(1));
    await act(() => other.result.current.call("add", [1]));
    await waitFor(() => expect(hook.result.current.state?.count).toBe(2));
    expect(hook.result.current.state).toEqual(other.result.current.state);
  });
});

describe("useAgent over Cap'n Web, with the published server on workerd", () => {
  let worker: RunningWorker;

  beforeAll(async () => {
    const script = await bundleWorker(localPath("../fixtures/exchange.ts"), "agents");
    worker = await runOnWorkerd({ script, objects: { Exchange: "Exchange" } });
  });

  afterAll(() => worker?.stop());

  test("renders state and calls natively", async () => {
    const hook = mount(worker.host, "Exchange", { name: "native", transport: "capnweb" });
    const early = hook.result.current.call("add", [1, 2]);
    expect(await act(() => early)).toBe(3);
    const agent = await ready(hook);
    expect(agent).toMatchObject({ name: "native", state: { count: 0 } });
    act(() => hook.result.current.setState({ count: 2 }));
    const other = mount(worker.host, "Exchange", { name: "native" });
    expect((await ready(other)).state).toEqual({ count: 2 });
  });

  test("changes the wire, refusing what waited for the other", async () => {
    const hook = mount(worker.host, "Exchange", { name: "wires", enabled: false });
    const refused = expect(hook.result.current.call("add", [1, 1])).rejects.toMatchObject({
      code: "call_discarded",
      message: "Call discarded: the agent address changed before the request could be sent",
    });
    hook.rerender({ name: "wires", transport: "capnweb" });
    await refused;
    expect(await act(() => hook.result.current.call("add", [1, 1]))).toBe(2);
    const lost = expect(
      hook.result.current.call("never", [], { timeout: 0 }),
    ).rejects.toMatchObject({ code: "connection_lost", transmitted: true });
    hook.unmount();
    await lost;
  });
});
