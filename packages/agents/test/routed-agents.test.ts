import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { bundleWorker, type Sdk } from "./support/bundle.ts";
import { runtimes } from "./support/runtimes.ts";
import { refusedUpgrade, TestSocket } from "./support/socket.ts";
import { type RunningWorker, runOnWorkerd } from "./support/workerd.ts";

const fixture = fileURLToPath(new URL("./fixtures/hub.ts", import.meta.url).href);
const objects = { Hub: "Hub", Chat: "Chat" };

interface Entry {
  id: string;
  metadata: { title: string };
}

/** The socket of a hub, past its first frames. */
async function hubOf({ host }: RunningWorker, name = "u"): Promise<TestSocket> {
  const socket = await TestSocket.open(`ws://${host}/agents/hub/${name}`);
  await socket.take(2);
  return socket;
}

async function resultOf(socket: TestSocket, method: string, ...args: unknown[]): Promise<unknown> {
  return (await socket.call(method, ...args))[0]?.result;
}

describe.each(runtimes)("a hub of agents on %s", (_runtime, run) => {
  test("forwards requests and sockets, changes entries, and deletes their agents", async () => {
    const worker = await run({ script: await bundleWorker(fixture), objects });
    try {
      const hub = await hubOf(worker);
      const { id } = (await resultOf(hub, "create", "Tea")) as Entry;
      const path = `/agents/hub/u/chats/${id}`;
      const sent = { method: "PUT", body: "hi", headers: { "x-mine": "1" } };
      const answer = await fetch(`${worker.url}${path}/notes/1?q=%20`, sent);
      expect(await answer.json()).toEqual({
        method: "PUT",
        path: "/notes/1?q=%20",
        body: "hi",
        said: 0,
      });
      const chat = await TestSocket.open(`ws://${worker.host}${path}`);
      expect(await chat.take(3)).toMatchObject([{ agent: "chat" }, { state: { said: 0 } }, {}]);
      expect(await resultOf(chat, "say")).toBe(1);
      expect(await resultOf(hub, "sayIn", id)).toBe(2);
      await vi.waitFor(async () =>
        expect(await chat.take(1)).toMatchObject([{ state: { said: 2 } }]),
      );
      expect(await resultOf(hub, "rename", id, "Coffee")).toBe(true);
      expect(await resultOf(hub, "list")).toMatchObject([{ id, metadata: { title: "Coffee" } }]);
      expect(await (await fetch(`${worker.url}/agents/hub/u/other`)).text()).toBe("hub u");
      expect(await refusedUpgrade(`${worker.url}/agents/hub/u/chats/nobody`)).toEqual([
        404,
        "Agent not found",
      ]);
      expect(await resultOf(hub, "remove", id)).toBe(true);
      expect(await resultOf(hub, "remove", id)).toBe(false);
      expect((await fetch(`${worker.url}${path}`)).status).toBe(404);
      // The agent behind it ends within moments, and its sockets with it.
      expect((await chat.closed).type).toBe("close");
    } finally {
      await worker.stop();
    }
  });
});

const both: readonly [writer: Sdk, reader: Sdk][] = [
  ["agents", "@freehold/agents"],
  ["@freehold/agents", "agents"],
];

test.each(both)("the chats that %s keeps are there under %s", async (writer, reader) => {
  const directory = mkdtempSync(join(tmpdir(), "freehold-hub-"));
  const during = async <T>(sdk: Sdk, body: (worker: RunningWorker) => Promise<T>): Promise<T> => {
    const script = await bundleWorker(fixture, sdk);
    const worker = await runOnWorkerd({ script, objects, directory });
    try {
      return await body(worker);
    } finally {
      await worker.stop();
    }
  };
  try {
    const entries = await during(writer, async (worker) => {
      const hub = await hubOf(worker);
      const { id } = (await resultOf(hub, "create", "one")) as Entry;
      await resultOf(hub, "create", "two");
      await resultOf(hub, "rename", id, "changed");
      await resultOf(hub, "sayIn", id);
      return (await resultOf(hub, "list")) as Entry[];
    });
    expect(entries.map(({ metadata }) => metadata.title)).toEqual(["changed", "two"]);
    await during(reader, async (worker) => {
      const hub = await hubOf(worker);
      expect(await resultOf(hub, "list")).toEqual(entries);
      expect(await resultOf(hub, "sayIn", entries[0]?.id)).toBe(2);
      expect(await resultOf(hub, "remove", entries[1]?.id)).toBe(true);
      expect(await resultOf(hub, "list")).toMatchObject([{ id: entries[0]?.id }]);
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
