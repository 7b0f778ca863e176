import { expect, test } from "vitest";
import { FakeSocket } from "../../test/support/fakes.ts";
import { SessionSocket } from "./session-socket.ts";

function setUp() {
  const socket = new FakeSocket();
  const delivered: unknown[] = [];
  const deliver = (frame: unknown) => void delivered.push(frame);
  const session = new SessionSocket("ws://x/", { socket: socket.asWebSocket, deliver });
  return { socket, delivered, session };
}

test("text goes as it is, bytes as bytes", () => {
  const { delivered, session } = setUp();
  session.send("text");
  session.send(new Uint8Array([1, 2]).buffer);
  session.send(new DataView(new Uint8Array([9, 3, 4]).buffer, 1));
  expect(delivered).toEqual(["text", new Uint8Array([1, 2]), new Uint8Array([3, 4])]);
});

test("nothing is sent after the end, which is told once", () => {
  const { socket, session } = setUp();
  session.close(4001, "bye");
  session.close(4002, "again");
  expect([session.readyState, socket.closedWith]).toEqual([3, [4001, "bye"]]);
  expect(() => session.send("late")).toThrow(new TypeError("WebSocket send() after close"));
  expect([session.ended(), session.ended()]).toEqual([true, false]);
});

test("follows the socket underneath", () => {
  const { socket, session } = setUp();
  socket.readyState = 2;
  expect(session.readyState).toBe(2);
  expect(() => session.send("late")).toThrow(TypeError);
});
