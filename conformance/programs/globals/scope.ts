import { inWorker } from "../../worker/program.ts";

export default inWorker("the global scope as an event target", async ({ note }) => {
  const heard: unknown[] = [];
  const listener = (event: Event) => {
    heard.push([event.type, "message" in event ? event.message : undefined]);
    event.preventDefault();
  };
  const scope = globalThis as unknown as EventTarget;
  for (const type of ["thing", "error"]) scope.addEventListener(type, listener);
  scope.dispatchEvent(new Event("thing"));
  reportError(new Error("reported"));
  for (const type of ["thing", "error"]) scope.removeEventListener(type, listener);
  scope.dispatchEvent(new Event("thing"));
  note("heard", heard);
  const { compatibilityFlags } = Cloudflare as unknown as { compatibilityFlags: object };
  note("flags are frozen", Object.isFrozen(compatibilityFlags));
  note("MD5", (await crypto.subtle.digest("MD5", new Uint8Array(1))).byteLength);
  const stream = new crypto.DigestStream("MD5");
  const writer = stream.getWriter();
  await writer.write("text" as never);
  await writer.close();
  note("bytes written", stream.bytesWritten);
});
