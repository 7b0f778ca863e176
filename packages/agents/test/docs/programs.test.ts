import { AgentClient } from "@freehold/agents/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { clock, listen, type RunningTestWorker, startWorker } from "../support/hosted.ts";
import { refusedUpgrade, TestSocket } from "../support/socket.ts";

/** In a variable, since its types are those of the platform and not of Node. */
const WORKER: string = "./programs/worker.ts";
const CLASSES = [
  "API",
  "ChatAgent",
  "ProjectManager",
  "ReminderAgent",
  "Room",
  "UserAgent",
  "WebhookAgent",
];

type Client = AgentClient<unknown, Record<string, unknown>>;

let worker: RunningTestWorker;
let host: string;
const clients: Client[] = [];

beforeEach(async () => {
  worker = await startWorker({
    load: () => import(WORKER),
    objects: Object.fromEntries(CLASSES.map((name) => [name, name])),
    clock: { now: "2040-01-01T00:00:00Z", paused: true },
  });
  host = new URL((await listen()).url).host;
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await worker.stop();
});

async function connect(
  agent: string,
  name: string,
  options: Partial<ConstructorParameters<typeof AgentClient>[0]> = {},
): Promise<Client> {
  const client = new AgentClient<unknown, Record<string, unknown>>({
    agent,
    name,
    host,
    ...options,
  });
  clients.push(client);
  await client.ready;
  return client;
}

const get = (path: string, init?: RequestInit) => fetch(`http://${host}${path}`, init);

test("push notifications: stored subscriptions, a reminder in time, dead ones removed", async () => {
  const client = await connect("ReminderAgent", "ada");
  const told: unknown[] = [];
  client.addEventListener("message", ({ data }) => {
    const frame = JSON.parse(String(data)) as { type: string };
    if (frame.type === "reminder_sent") told.push(frame);
  });
  const keys = { p256dh: "p", auth: "a" };
  for (const endpoint of ["https://push.example/1", "https://push.example/gone"]) {
    await client.call("subscribe", [{ endpoint, keys }]);
    await client.call("subscribe", [{ endpoint, keys }]);
  }
  const { id } = (await client.call("createReminder", ["tea", 3600])) as { id: string };
  await clock.advance("59m");
  expect(told).toEqual([]);
  await clock.advance("1m");
  await vi.waitFor(() => expect(told).toMatchObject([{ id }]));
  expect(client.state).toMatchObject({
    subscriptions: [{ endpoint: "https://push.example/1" }],
    reminders: [{ id, message: "tea", sent: true }],
  });
});

test("webhooks: an agent for each repository, duplicates told apart, work later", async () => {
  const send = (id: string, action: string) =>
    get("/webhooks/github", {
      method: "POST",
      body: JSON.stringify({ id, repository: "Ada/Notes", action }),
    });
  expect((await send("1", "opened")).status).toBe(202);
  expect(await (await send("1", "opened")).text()).toBe("Already processed");
  expect((await send("2", "closed")).status).toBe(202);
  await clock.advance("1s");
  const state = await (await get("/agents/webhook-agent/ada-notes")).json();
  expect(state).toEqual({ actions: ["ada-notes: opened", "ada-notes: closed"] });
  expect((await get("/agents/webhook-agent/ada-notes", { method: "PUT" })).status).toBe(405);
});

describe("rooms", () => {
  test("the server picks the instance, and the client learns its name", async () => {
    const identities: string[] = [];
    const client = await connect("Room", "ignored", {
      basePath: "my-room",
      query: { session: "ada" },
      onIdentity: (name: string, agent: string) => identities.push(`${agent} ${name}`),
    });
    expect([identities, client.name]).toEqual([["room room-of-ada"], "room-of-ada"]);
    expect(await client.call("who")).toMatch(/^room-of-ada for .+/);
  });

  test("presence, tags and messages", async () => {
    const moderator = await TestSocket.open(`ws://${host}/agents/room/r?role=moderator&name=mo`);
    await moderator.take(4);
    const guest = await TestSocket.open(`ws://${host}/agents/room/r?name=gus`);
    expect(await moderator.take(1)).toEqual([{ type: "presence", members: ["gus", "mo"] }]);
    guest.send("hello");
    expect(await moderator.next()).toBe("gus: hello");
    guest.close(1000);
    expect(await moderator.take(1)).toEqual([{ type: "presence", members: ["mo"] }]);
  });

  test("a client's state is answered once by the server", async () => {
    const one = await connect("Room", "s");
    const two = await connect("Room", "s");
    one.setState({ topic: "tea", changes: 0 });
    const expected = { topic: "tea", changes: 1 };
    await vi.waitFor(() => expect([one.state, two.state]).toEqual([expected, expected]));
  });

  test("viewers cannot change the state until a call lets them", async () => {
    const refused: string[] = [];
    const viewer = await connect("Room", "v", {
      query: { mode: "view" },
      onStateUpdateError: (error: string) => refused.push(error),
    });
    viewer.setState({ topic: "mine", changes: 0 });
    await vi.waitFor(() => expect(refused).toEqual(["Connection is readonly"]));
    expect(await viewer.call("setReadonly", [false])).toBe(false);
    viewer.setState({ topic: "mine", changes: 0 });
    await vi.waitFor(() => expect(viewer.state).toEqual({ topic: "mine", changes: 1 }));
  });

  test("calls stream", async () => {
    const client = await connect("Room", "c");
    const chunks: unknown[] = [];
    const total = await client.call("count", [3], {
      stream: { onChunk: (chunk: unknown) => chunks.push(chunk) },
    });
    expect([chunks, total]).toEqual([[1, 2, 3], { total: 3 }]);
  });

  test("tokens: refused before the upgrade, or closed for good after it", async () => {
    const url = `http://${host}/agents/room/t`;
    expect(await refusedUpgrade(`${url}?token=forged`)).toEqual([401, "Unauthorized"]);
    const socket = await TestSocket.open(`ws://${host}/agents/room/t?token=expired`);
    const { code, reason } = await socket.closed;
    expect([code, reason]).toEqual([4001, "Token expired"]);
  });
});

test("long-running work: steps, intervals, the calendar, and an end of its own", async () => {
  const client = await connect("ProjectManager", "p");
  expect(await client.call("plans")).toEqual(["morningReport cron", "poll interval"]);
  await client.call("start", [3]);
  await clock.advance("30s");
  const log = () => (client.state as { log: string[] } | undefined)?.log;
  await vi.waitFor(() => expect(log()).toEqual(["step 3", "step 2", "step 1"]));
  await clock.advance("35s");
  await vi.waitFor(() => expect(log()?.at(-1)).toBe("poll every 60"));
  await clock.set("2040-01-01T08:00:01Z");
  await vi.waitFor(() => expect(log()).toContain("report at 8"));
  expect(await client.call("endIn", [10])).toBe("end");
  client.close();
  await clock.advance("15s");
  const again = await connect("ProjectManager", "p");
  expect(again.state).toMatchObject({ log: [] });
});

test("HTTP: sub-paths, methods and server-sent events", async () => {
  const users = "/agents/api/v1/users";
  const created = await get(users, { method: "POST", body: '{"name":"ada"}' });
  expect([created.status, await created.json()]).toEqual([201, { name: "ada" }]);
  expect(await (await get(users)).json()).toEqual(["ada"]);
  const events = await get("/agents/api/v1/events");
  expect(events.headers.get("content-type")).toBe("text/event-stream");
  expect(await events.text()).toBe("data: ada\n\n");
  expect((await get("/agents/api/v1/nothing")).status).toBe(404);
});

test("a user's chats are agents of their own, behind the user's path", async () => {
  const user = await connect("UserAgent", "alice");
  const { id } = (await user.call("createChat", ["Tea"])) as { id: string };
  expect(await user.call("listChats")).toMatchObject([{ id, metadata: { title: "Tea" } }]);
  const chat = await connect("ChatAgent", "ignored", {
    basePath: `agents/user-agent/alice/chats/${encodeURIComponent(id)}`,
  });
  expect(chat.name).not.toBe(id);
  expect(await chat.call("say", ["hello"])).toBe(1);
  expect(await user.call("sayIn", [id, "from the hub"])).toBe(2);
  await vi.waitFor(() => expect(chat.state).toEqual({ said: ["hello", "from the hub"] }));
  const over = await get(`/agents/user-agent/alice/chats/${id}/notes?x=1`);
  expect(await over.json()).toEqual({ path: "/notes", said: ["hello", "from the hub"] });
  expect((await get("/agents/user-agent/alice/chats/nobody")).status).toBe(404);
  expect(await (await get("/agents/user-agent/alice/other")).text()).toBe("hub alice");
  chat.close();
  expect(await user.call("deleteChat", [id])).toBe(true);
  await clock.advance("2s");
  expect(await user.call("listChats")).toEqual([]);
  expect((await get(`/agents/user-agent/alice/chats/${id}`)).status).toBe(404);
});
