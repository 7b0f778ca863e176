import { beforeEach, describe, expect, test } from "vitest";
import { FakeSocket } from "../../test/support/fakes.ts";
import { ConnectionFlag } from "../schema.ts";
import { Connections } from "./connections.ts";

let sockets: FakeSocket[];
let connections: Connections;

const fresh = () =>
  new Connections(
    {
      accept: (socket) => void sockets.push(socket as unknown as FakeSocket),
      get: (tag) =>
        sockets
          .filter(({ attachment }) => {
            const { __pk } = (attachment ?? {}) as { __pk?: { tags: string[] } };
            return tag === undefined || __pk?.tags.includes(tag);
          })
          .map((socket) => socket.asWebSocket),
    },
    { name: "me" },
  );

beforeEach(() => {
  sockets = [];
  connections = fresh();
});

function join(id: string, tags: string[] = []) {
  const socket = new FakeSocket();
  const record = connections.provisional(socket.asWebSocket, id, `http://x/?_pk=${id}`);
  connections.accept(record, tags);
  return { socket, record, connection: record.connection };
}

describe("a connection", () => {
  test("has its id first among its tags, its URL and no state", () => {
    const { connection, socket } = join("a", ["red", "a"]);
    expect([connection.id, connection.tags, connection.uri, connection.state]).toEqual([
      "a",
      ["a", "red"],
      "http://x/?_pk=a",
      null,
    ]);
    expect(socket.attachment).toEqual({
      __pk: { id: "a", tags: ["a", "red"], uri: "http://x/?_pk=a" },
      __user: null,
    });
  });

  test.each([
    [
      Array.from({ length: 10 }, (_, n) => `t${n}`),
      "A connection can only have 10 tags, including the default id tag.",
    ],
    [[5], "A connection tag must be a string. Received: 5"],
    [[""], "A connection tag must not be an empty string."],
    [["x".repeat(257)], "A connection tag must not exceed 256 characters"],
  ])("refuses tags %#", (tags, message) => {
    expect(() => join("a", tags as string[])).toThrow(message);
    expect(sockets).toEqual([]);
  });

  test("keeps its state and the flags apart, also after a sleep", () => {
    const { connection, record, socket } = join("a");
    connection.setState({ n: 1 });
    record.setFlag(ConnectionFlag.READONLY, true);
    expect(connection.state).toEqual({ n: 1 });
    expect(connection.setState((previous: unknown) => ({ ...(previous as object), m: 2 }))).toEqual(
      {
        n: 1,
        m: 2,
      },
    );
    expect(socket.attachment).toMatchObject({ __user: { n: 1, m: 2, _cf_readonly: true } });
    sockets = [socket.woken()];
    connections = fresh();
    const [woken] = connections.list();
    expect(woken?.state).toEqual({ n: 1, m: 2 });
    expect(connections.of(woken as WebSocket)?.flag(ConnectionFlag.READONLY)).toBe(true);
  });

  test("keeps a state that is not an object beside flags, and null when only flags are left", () => {
    const { connection, record, socket } = join("a");
    record.setFlag(ConnectionFlag.NO_PROTOCOL, true);
    expect(connection.state).toBeNull();
    expect(connection.setState("text")).toBe("text");
    sockets = [socket.woken()];
    connections = fresh();
    const woken = [...connections.list()][0];
    expect(woken?.state).toBe("text");
    connections.of(woken as WebSocket)?.setFlag(ConnectionFlag.NO_PROTOCOL, undefined);
    expect(sockets[0]?.attachment).toMatchObject({ __user: "text" });
  });

  test.each([
    [{ mine: 1, _cf_readonly: true }, { mine: 1 }],
    [{ _cf_subAgentOuterUrl: "http://x/agents/a/b/sub/c/d", _cf_no_protocol: true }, null],
  ])("a state that a client may have sent sets none of the SDK's own values: %j", (sent, kept) => {
    const { connection } = join("a");
    expect([connection.setState(sent), connection.state]).toEqual([kept, kept]);
    sockets = [sockets[0]?.woken() as FakeSocket];
    connections = fresh();
    const [woken] = [...connections.list()];
    const record = connections.of(woken as WebSocket);
    expect(woken?.state).toEqual(kept);
    expect(Object.values(ConnectionFlag).map((key) => record?.flag(key))).toEqual(
      Object.values(ConnectionFlag).map(() => undefined),
    );
  });

  test("reads its attachment once in a life, however many messages come", () => {
    const { socket } = join("a");
    sockets = [socket.woken()];
    connections = fresh();
    for (let n = 0; n < 5; n++) connections.of(sockets[0]?.asWebSocket as WebSocket);
    connections.broadcast("x");
    expect(sockets[0]?.reads).toBe(1);
  });

  test("keeps what it had when the platform refuses a state", () => {
    const { connection, socket } = join("a");
    connection.setState(1);
    socket.serializeAttachment = () => {
      throw new Error("too large");
    };
    expect(() => connection.setState(2)).toThrow("too large");
    expect(connection.state).toBe(1);
  });
});

describe("all connections", () => {
  test("are found by id and tag; sockets of others are not ours", () => {
    join("a", ["red"]);
    join("b", ["red"]);
    sockets.push(new FakeSocket());
    expect([...connections.list()].map(({ id }) => id)).toEqual(["a", "b"]);
    expect([...connections.list("red")]).toHaveLength(2);
    expect(connections.find("b")?.id).toBe("b");
    expect(connections.find("red")).toBeUndefined();
  });

  test("a connection that comes back takes the place of the one it had", () => {
    const old = join("b", ["red"]);
    const fresh = join("b", ["red"]);
    expect(old.socket.closedWith).toEqual([4409, "Session replaced"]);
    expect(connections.find("b")).toBe(fresh.connection);
    connections.broadcast("hi");
    expect([old.socket.sent, fresh.socket.sent]).toEqual([[], ["hi"]]);
  });

  test("two open sockets with one id, from an SDK that allows them, are an error to look up", () => {
    const { socket } = join("b");
    sockets.push(socket.woken());
    connections = fresh();
    expect(() => connections.find("b")).toThrow("More than one connection found for id b.");
  });

  test("a broadcast passes over the excluded and the closing", () => {
    const [a, b, c] = [join("a"), join("b"), join("c")];
    a.socket.readyState = 2;
    connections.broadcast("hi", ["b"]);
    expect([a, b, c].map(({ socket }) => socket.sent)).toEqual([[], [], ["hi"]]);
    expect([...connections.list()].map(({ id }) => id)).toEqual(["b", "c"]);
  });

  test("protocol frames go to those that take them, and not to the one that joins", () => {
    const [a, b, c] = [join("a"), join("b"), join("c")];
    a.record.setFlag(ConnectionFlag.NO_PROTOCOL, true);
    connections.whileJoining(b.record, () => connections.broadcastProtocol("one"));
    connections.broadcastProtocol("two");
    connections.forget(c.record);
    connections.broadcastProtocol("three");
    expect([a, b, c].map(({ socket }) => socket.sent)).toEqual([
      [],
      ["two", "three"],
      ["one", "two"],
    ]);
  });
});
