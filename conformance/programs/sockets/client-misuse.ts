import { inWorker } from "../../worker/program.ts";

export default inWorker("misuse of new WebSocket", async ({ note, fails, until }) => {
  const make = (...args: unknown[]) =>
    new (WebSocket as unknown as new (...it: unknown[]) => WebSocket)(...args);
  await fails("no address", () => make());
  await fails("no address at all", () => make("nonsense"));
  await fails("http", () => make("ftp://x/").url);
  await fails("a fragment", () => make("ws://127.0.0.1:1/#a").url);
  await fails("an empty protocol", () => make("ws://127.0.0.1:1/", "").url);
  await fails("a protocol with a blank", () => make("ws://127.0.0.1:1/", "a b").url);
  await fails("twice the same", () => make("ws://127.0.0.1:1/", ["a", "a"]).url);
  const socket = make("ws://127.0.0.1:1/path?q=1");
  const seen: unknown[] = [];
  socket.addEventListener("open", () => seen.push("open"));
  socket.addEventListener("error", (event) => seen.push(["error", event.type, event.message]));
  socket.addEventListener("close", ({ code, reason, wasClean }) =>
    seen.push(["close", code, reason, wasClean, socket.readyState]),
  );
  note("at first", [socket.readyState, socket.url, socket.protocol, socket.extensions]);
  await fails("sending early", () => socket.send("early"));
  await until(() => seen.length > 1);
  note("nobody there", seen);
  await fails("sending late", () => socket.send("late"));
  await fails("closing late", () => socket.close());
  await fails("accepting it", () => socket.accept());
});
