import { inWorker } from "../../worker/program.ts";

export default inWorker("events", async ({ note }) => {
  const target = new EventTarget();
  const seen: unknown[] = [];
  target.addEventListener("x", (event) => {
    seen.push([event.type, event.defaultPrevented, (event as CustomEvent).detail]);
    event.preventDefault();
  });
  note("dispatched", target.dispatchEvent(new CustomEvent("x", { detail: 1, cancelable: true })));
  note("seen", seen);
  const error = new ErrorEvent("error", { message: "m", error: new RangeError("e") });
  note("error event", [error.message, error.error, error.type]);
  const close = new CloseEvent("close", { code: 4000, reason: "r", wasClean: true });
  note("close event", [close.code, close.reason, close.wasClean]);
  note("message event", new MessageEvent("message", { data: [1] }).data);
});
