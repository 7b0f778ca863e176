import { inWorker } from "../../worker/program.ts";

export default inWorker("who we are", async ({ note }) => {
  note("user agent", navigator.userAgent);
  note("self", (self as unknown) === globalThis);
  note(
    "absent",
    ["window", "document", "BroadcastChannel", "localStorage", "Worker"].filter(
      (it) => Reflect.get(globalThis, it) !== undefined,
    ),
  );
});
